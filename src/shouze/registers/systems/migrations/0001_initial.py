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
            name="System",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(editable=False, max_length=32, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("state", models.CharField(db_index=True, editable=False, max_length=32)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                ("changed_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                ("name", models.SlugField(max_length=64, unique=True)),
                ("title_en", models.CharField(max_length=200)),
                ("kind", models.CharField(db_index=True, max_length=16)),
                ("place", models.CharField(max_length=200)),
                ("services", models.JSONField(blank=True, default=list)),
                ("items", models.JSONField(default=list)),
                ("subjects_count", models.PositiveBigIntegerField(blank=True, null=True)),
                ("agent", models.CharField(blank=True, max_length=128)),
                ("account", models.CharField(blank=True, db_index=True, max_length=128)),
                ("network", models.BooleanField(default=True)),
                ("protection_days", models.PositiveSmallIntegerField(default=30)),
                ("records_days", models.PositiveSmallIntegerField(default=31)),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                ("reviewed_until", models.DateTimeField(blank=True, null=True)),
                ("refused_because", models.TextField(blank=True)),
                ("connected_at", models.DateTimeField(blank=True, null=True)),
                ("intrusion_tool", models.CharField(blank=True, max_length=120)),
                ("intrusion_at", models.DateTimeField(blank=True, null=True)),
                ("virus_tool", models.CharField(blank=True, max_length=120)),
                ("virus_at", models.DateTimeField(blank=True, null=True)),
                ("grade", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("graded_at", models.DateTimeField(blank=True, null=True)),
                ("filing", models.CharField(blank=True, max_length=120)),
                ("filed_at", models.DateTimeField(blank=True, null=True)),
                ("tested_at", models.DateTimeField(blank=True, null=True)),
                ("risks_at", models.DateTimeField(blank=True, null=True)),
                ("fed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
    ]
