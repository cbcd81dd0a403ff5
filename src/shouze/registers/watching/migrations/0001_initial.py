"""The tables as they were first."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Watched",
            fields=[
                ("name", models.CharField(max_length=16, primary_key=True, serialize=False)),
                ("place", models.BigIntegerField(default=-1)),
                ("at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Daily",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("actor", models.CharField(max_length=256)),
                ("day", models.DateField(db_index=True)),
                ("uses", models.PositiveIntegerField(default=0)),
                ("late", models.PositiveIntegerField(default=0)),
                ("elsewhere", models.PositiveIntegerField(default=0)),
                ("streak", models.PositiveIntegerField(default=0)),
                ("longest", models.PositiveIntegerField(default=0)),
                ("changed", models.BooleanField(db_index=True, default=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("actor", "day"), name="daily_once")],
            },
        ),
        migrations.CreateModel(
            name="Unusual",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(editable=False, max_length=32, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("state", models.CharField(db_index=True, editable=False, max_length=32)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                ("changed_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                ("rule", models.CharField(max_length=16)),
                ("actor", models.CharField(max_length=256)),
                ("day", models.DateField()),
                ("count", models.PositiveIntegerField()),
                ("most", models.PositiveIntegerField()),
                ("incident", models.CharField(blank=True, max_length=32)),
                ("explained_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [models.UniqueConstraint(fields=("rule", "actor", "day"), name="unusual_once")],
            },
        ),
    ]
