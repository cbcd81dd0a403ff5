"""What rows are called in English."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("counter", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="call",
            name="title_en",
            field=models.CharField(blank=True, editable=False, max_length=200),
        ),
    ]
