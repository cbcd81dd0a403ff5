"""Records name the registered system that they are of."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="attested",
            name="system",
            field=models.CharField(max_length=64),
        ),
    ]
