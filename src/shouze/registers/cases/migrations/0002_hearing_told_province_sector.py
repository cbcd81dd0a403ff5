"""When the notice of a hearing was made; the province and sector of the operator when the case was opened."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="hearing_told_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="province",
            field=models.CharField(blank=True, db_index=True, editable=False, max_length=60),
        ),
        migrations.AddField(
            model_name="case",
            name="sector",
            field=models.CharField(blank=True, db_index=True, editable=False, max_length=16),
        ),
    ]
