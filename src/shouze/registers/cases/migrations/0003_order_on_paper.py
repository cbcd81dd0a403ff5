"""Orders to correct on paper: what they say, its digest, when they were served."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_hearing_told_province_sector"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="order_digest",
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name="case",
            name="order_paper",
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="case",
            name="order_served_at",
            field=models.DateTimeField(null=True),
        ),
    ]
