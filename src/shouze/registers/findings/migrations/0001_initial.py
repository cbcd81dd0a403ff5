"""The tables as they were first."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(editable=False, max_length=32, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("state", models.CharField(db_index=True, editable=False, max_length=32)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                ("changed_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                ("mark", models.CharField(max_length=24, unique=True)),
                ("source", models.CharField(db_index=True, max_length=300)),
                ("place", models.CharField(max_length=500)),
                ("where", models.CharField(editable=False, max_length=200)),
                ("item", models.CharField(max_length=128)),
                ("kind", models.CharField(max_length=64)),
                ("about", models.CharField(default="person", max_length=16)),
                ("count", models.PositiveBigIntegerField(default=0)),
                ("confidence", models.FloatField(default=0)),
                ("score", models.FloatField(default=0)),
                ("reason_zh", models.CharField(blank=True, max_length=500)),
                ("reason_en", models.CharField(blank=True, max_length=500)),
                ("sample", models.CharField(blank=True, max_length=200)),
                ("verdict", models.CharField(blank=True, db_index=True, max_length=24)),
                ("system", models.CharField(blank=True, max_length=64)),
                ("last_at", models.DateTimeField(editable=False, null=True)),
                ("judgement", models.CharField(blank=True, editable=False, max_length=16)),
                ("judged_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("judged_count", models.PositiveBigIntegerField(default=0, editable=False)),
                ("ticket", models.CharField(blank=True, editable=False, max_length=32)),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["kind", "where"], name="finding_taught")],
            },
        ),
    ]
