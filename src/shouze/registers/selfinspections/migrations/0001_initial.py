"""The tables as they were first."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SelfInspection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(editable=False, max_length=32, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("state", models.CharField(db_index=True, editable=False, max_length=32)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                ("changed_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                ("year", models.PositiveSmallIntegerField(db_index=True)),
                ("scope", models.TextField(blank=True)),
                ("since", models.DateTimeField(blank=True, null=True)),
                ("until", models.DateTimeField(blank=True, null=True)),
                ("wanted", models.PositiveSmallIntegerField(default=20)),
                ("nonce", models.CharField(blank=True, editable=False, max_length=32)),
                ("checkpoint", models.TextField(blank=True, editable=False)),
                ("drawn_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("passed_over", models.PositiveIntegerField(default=0, editable=False)),
                ("plan", models.JSONField(blank=True, default=list, editable=False)),
                ("sample", models.JSONField(blank=True, default=list, editable=False)),
                ("content", models.CharField(blank=True, editable=False, max_length=64)),
                ("conclusion", models.TextField(blank=True)),
                ("finished_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("signed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "lead",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
    ]
