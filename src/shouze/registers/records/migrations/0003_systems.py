"""Records name the registered system that they are of."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0002_handled"),
    ]

    operations = [
        migrations.AlterField(
            model_name="attested",
            name="system",
            field=models.CharField(max_length=64),
        ),
    ]
