"""The tables as they were first."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Recipient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(editable=False, max_length=32, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("state", models.CharField(db_index=True, editable=False, max_length=32)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                ("changed_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                ("service", models.CharField(db_index=True, max_length=64)),
                ("recipient", models.SlugField(max_length=64)),
                ("title_en", models.CharField(max_length=200)),
                ("contact", models.CharField(blank=True, max_length=200)),
                ("purposes", models.JSONField(default=list)),
                ("items", models.JSONField(default=list)),
                ("ground", models.CharField(max_length=16)),
                ("instrument", models.CharField(blank=True, max_length=64)),
                ("article", models.CharField(blank=True, max_length=40)),
                ("manner", models.TextField(blank=True)),
                ("contract", models.CharField(blank=True, max_length=120)),
                ("since", models.DateTimeField(blank=True, null=True)),
                ("until", models.DateTimeField(blank=True, null=True)),
                ("abroad", models.BooleanField(default=False)),
                ("country", models.CharField(blank=True, max_length=80)),
                ("abroad_ground", models.CharField(blank=True, max_length=24)),
                ("abroad_reference", models.CharField(blank=True, max_length=120)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["service", "recipient"], name="recipient_declared")],
            },
        ),
    ]
