"""What of a fine was paid when, and each time of reconsideration or action: the surcharge goes by both."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0003_order_on_paper"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="contests",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="case",
            name="payments",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
