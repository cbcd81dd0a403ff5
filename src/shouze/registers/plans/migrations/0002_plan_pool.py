"""A plan keeps whom its draw was among."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="plan",
            name="pool",
            field=models.JSONField(default=list, editable=False),
        ),
    ]
