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
            name="Call",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(editable=False, max_length=32, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("state", models.CharField(db_index=True, editable=False, max_length=32)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                ("changed_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                ("channel", models.CharField(max_length=16)),
                ("service", models.CharField(max_length=64)),
                ("purpose", models.CharField(max_length=64)),
                ("subject", models.CharField(max_length=26)),
                ("found_with", models.CharField(max_length=64)),
                ("site", models.CharField(blank=True, max_length=128)),
                ("verified_with", models.CharField(blank=True, max_length=64)),
                ("verified_at", models.DateTimeField(blank=True, null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("code", models.CharField(blank=True, editable=False, max_length=64)),
                ("code_until", models.DateTimeField(blank=True, null=True)),
                ("seen", models.JSONField(blank=True, default=list)),
                ("outcome", models.CharField(blank=True, max_length=16)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "served_by",
                    models.ForeignKey(
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
