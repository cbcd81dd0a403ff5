"""Complaints on paper: to whom they are brought, and without a peer."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("grievances", "0001_initial"),
        ("peers", "0003_witnessed"),
    ]

    operations = [
        migrations.AddField(
            model_name="grievancerow",
            name="addressee",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="grievancerow",
            name="against_name",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AlterField(
            model_name="grievancerow",
            name="decided_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="grievancerow",
            name="due",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="grievancerow",
            name="measures",
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name="grievancerow",
            name="number_there",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AlterField(
            model_name="grievancerow",
            name="peer",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="peers.peer",
            ),
        ),
        migrations.AlterField(
            model_name="grievancerow",
            name="reasons",
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name="grievancerow",
            name="upheld",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
