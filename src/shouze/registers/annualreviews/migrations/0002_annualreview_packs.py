"""What the evidence packs are worth that came with an answer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annualreviews", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="annualreview",
            name="packs",
            field=models.JSONField(default=list, editable=False),
        ),
    ]
