"""The tables as they were first."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Attested",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(editable=False, max_length=32, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("state", models.CharField(db_index=True, editable=False, max_length=32)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                ("changed_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                ("system", models.CharField(max_length=16)),
                ("actor", models.CharField(max_length=128)),
                ("agent", models.CharField(blank=True, max_length=128)),
                ("at", models.DateTimeField(db_index=True)),
                ("place", models.CharField(max_length=200)),
                ("service", models.CharField(blank=True, max_length=64)),
                ("act", models.CharField(max_length=16)),
                ("items", models.JSONField(blank=True, default=list)),
                ("subjects", models.JSONField(blank=True, default=list)),
                ("subjects_count", models.PositiveIntegerField(default=1)),
                ("source", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
    ]
