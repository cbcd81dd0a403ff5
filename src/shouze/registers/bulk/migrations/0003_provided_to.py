"""To which declared recipient a result is provided."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bulk", "0002_titles_in_english"),
    ]

    operations = [
        migrations.AddField(
            model_name="operation",
            name="provided_to",
            field=models.CharField(blank=True, max_length=128),
        ),
    ]
