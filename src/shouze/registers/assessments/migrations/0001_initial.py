"""The tables as they were first."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Assessment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(editable=False, max_length=32, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("state", models.CharField(db_index=True, editable=False, max_length=32)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                ("changed_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                ("about", models.CharField(db_index=True, max_length=160)),
                ("reasons", models.JSONField(default=list)),
                ("lawful", models.TextField(blank=True)),
                ("influence", models.TextField(blank=True)),
                ("measures", models.TextField(blank=True)),
                ("conclusion", models.CharField(blank=True, max_length=16)),
                ("seen", models.CharField(blank=True, editable=False, max_length=64)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("kept_until", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
    ]
