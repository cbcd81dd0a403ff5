"""Notices on paper: what they say, and how they were served."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0002_decided_above"),
    ]

    operations = [
        migrations.AddField(
            model_name="visit",
            name="filmed",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="visit",
            name="paper",
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="visit",
            name="received_by",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="visit",
            name="refused_because",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="visit",
            name="served_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="visit",
            name="served_by",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="visit",
            name="served_how",
            field=models.CharField(blank=True, max_length=16),
        ),
        migrations.AddField(
            model_name="visit",
            name="served_where",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="visit",
            name="witness",
            field=models.CharField(blank=True, max_length=200),
        ),
    ]
