"""The operator's sector, and the result of its last annual review."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("supervised", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="supervised",
            name="review",
            field=models.CharField(blank=True, editable=False, max_length=32),
        ),
        migrations.AddField(
            model_name="supervised",
            name="review_conditions",
            field=models.TextField(blank=True, editable=False),
        ),
        migrations.AddField(
            model_name="supervised",
            name="review_result",
            field=models.CharField(blank=True, db_index=True, editable=False, max_length=16),
        ),
        migrations.AddField(
            model_name="supervised",
            name="review_year",
            field=models.PositiveIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="supervised",
            name="sector",
            field=models.CharField(blank=True, db_index=True, max_length=16),
        ),
    ]
