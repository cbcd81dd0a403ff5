"""The tables as they were first."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(editable=False, max_length=32, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("state", models.CharField(db_index=True, editable=False, max_length=32)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                ("changed_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                ("kind", models.CharField(max_length=16)),
                ("certainty", models.CharField(default="suspected", max_length=16)),
                ("found_by", models.CharField(default="staff", max_length=16)),
                ("detected_at", models.DateTimeField()),
                ("happened_since", models.DateTimeField(blank=True, null=True)),
                ("happened_until", models.DateTimeField(blank=True, null=True)),
                ("story", models.TextField()),
                ("items", models.JSONField(blank=True, default=list)),
                ("house_hours", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("measures", models.JSONField(blank=True, default=list)),
                ("first_measure_at", models.DateTimeField(blank=True, null=True)),
                ("contained_at", models.DateTimeField(blank=True, null=True)),
                ("frozen", models.JSONField(blank=True, default=list)),
                ("scope", models.CharField(blank=True, max_length=500)),
                ("affected_uses", models.PositiveBigIntegerField(blank=True, null=True)),
                ("affected_subjects", models.PositiveBigIntegerField(blank=True, null=True)),
                ("affected_days", models.JSONField(blank=True, default=list)),
                ("affected_items", models.JSONField(blank=True, default=list)),
                ("counted_at", models.DateTimeField(blank=True, null=True)),
                ("grade", models.CharField(blank=True, max_length=16)),
                ("criteria", models.JSONField(blank=True, default=list)),
                ("grade_because", models.TextField(blank=True)),
                ("graded_at", models.DateTimeField(blank=True, null=True)),
                ("report_to", models.CharField(blank=True, max_length=200)),
                ("licence", models.CharField(blank=True, max_length=120)),
                ("consequences", models.TextField(blank=True)),
                ("reporter", models.CharField(blank=True, max_length=200)),
                ("reported_at", models.DateTimeField(blank=True, null=True)),
                ("report_receipt", models.CharField(blank=True, max_length=120)),
                ("notice", models.TextField(blank=True)),
                ("notice_channel", models.CharField(blank=True, max_length=200)),
                ("noticed_at", models.DateTimeField(blank=True, null=True)),
                ("notice_waived", models.TextField(blank=True)),
                ("cause", models.TextField(blank=True)),
                ("lessons", models.JSONField(blank=True, default=list)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
    ]
