"""How many users are among the values of a place."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("findings", "0001_initial")]

    operations = [
        migrations.AddField("finding", "known", models.PositiveBigIntegerField(blank=True, null=True)),
        migrations.AddField("finding", "known_margin", models.PositiveIntegerField(default=0, editable=False)),
        migrations.AddField("finding", "known_of", models.PositiveBigIntegerField(default=0, editable=False)),
    ]
