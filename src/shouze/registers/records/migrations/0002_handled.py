"""What the door permitted and refused, by day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Handled",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("permitted", models.PositiveBigIntegerField(default=0)),
                ("refused", models.PositiveBigIntegerField(default=0)),
                ("counted_at", models.DateTimeField()),
            ],
        ),
    ]
