"""The tables as they were first."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("peers", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Referral",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(editable=False, max_length=32, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("state", models.CharField(db_index=True, editable=False, max_length=32)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                ("changed_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                ("direction", models.CharField(default="out", editable=False, max_length=8)),
                ("to", models.CharField(blank=True, max_length=128)),
                ("purpose", models.CharField(max_length=16)),
                ("matter", models.CharField(blank=True, db_index=True, editable=False, max_length=96)),
                ("about", models.CharField(blank=True, db_index=True, max_length=32)),
                ("operator_name", models.CharField(blank=True, max_length=200)),
                ("licence", models.CharField(blank=True, max_length=120)),
                ("facts", models.TextField()),
                ("asked", models.TextField(blank=True)),
                ("due", models.DateTimeField(blank=True, null=True)),
                ("year", models.PositiveIntegerField(blank=True, null=True)),
                ("figures", models.JSONField(default=list, editable=False)),
                ("number_there", models.CharField(blank=True, max_length=500)),
                ("words", models.TextField(blank=True)),
                ("dispatch", models.CharField(blank=True, editable=False, max_length=64)),
                ("accepted_at", models.DateTimeField(editable=False, null=True)),
                ("answered_at", models.DateTimeField(editable=False, null=True)),
                (
                    "peer",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="peers.peer",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
    ]
