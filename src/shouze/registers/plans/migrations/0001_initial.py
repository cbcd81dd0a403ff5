"""The tables as they were first."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(editable=False, max_length=32, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("state", models.CharField(db_index=True, editable=False, max_length=32)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                ("changed_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                ("year", models.PositiveIntegerField()),
                ("sector", models.CharField(blank=True, max_length=16)),
                ("province", models.CharField(blank=True, max_length=60)),
                ("seed", models.CharField(max_length=200)),
                ("source", models.CharField(max_length=300)),
                ("count", models.PositiveIntegerField()),
                ("by_risk", models.PositiveIntegerField(default=0)),
                ("until", models.DateTimeField()),
                ("among", models.PositiveIntegerField(default=0, editable=False)),
                ("named", models.JSONField(default=list, editable=False)),
                ("done", models.JSONField(default=dict, editable=False)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
    ]
