"""The tables as they were first."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Yardstick",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(editable=False, max_length=32, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("state", models.CharField(db_index=True, editable=False, max_length=32)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                ("changed_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                ("rule", models.CharField(max_length=16, unique=True)),
                ("most", models.PositiveIntegerField(default=0)),
                ("from_hour", models.PositiveSmallIntegerField(default=7)),
                ("to_hour", models.PositiveSmallIntegerField(default=22)),
                ("decoys", models.TextField(blank=True)),
                ("watched", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
    ]
