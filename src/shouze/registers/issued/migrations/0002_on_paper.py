"""Orders on paper: to whom, how served, what was answered; orders that went by dispatch have their operator's name."""

from typing import Any

from django.db import migrations, models


def name(apps: Any, schema: Any) -> None:
    """Give each order its operator's name, and the moment of its signing, which was that of its service."""
    orders = apps.get_model("issued", "Issued").objects.using(schema.connection.alias)
    for order in orders.select_related("peer").exclude(peer=None).iterator():
        orders.filter(pk=order.pk).update(operator_name=order.peer.title[:200], signed_at=order.served_at)


class Migration(migrations.Migration):
    dependencies = [
        ("issued", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="issued",
            name="answer_to",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="issued",
            name="answered_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="issued",
            name="days",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="issued",
            name="digest",
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name="issued",
            name="duties",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="issued",
            name="filmed",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="issued",
            name="late",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="issued",
            name="lifted_because",
            field=models.CharField(blank=True, editable=False, max_length=500),
        ),
        migrations.AddField(
            model_name="issued",
            name="operator",
            field=models.CharField(blank=True, db_index=True, max_length=200),
        ),
        migrations.AddField(
            model_name="issued",
            name="operator_name",
            field=models.CharField(blank=True, editable=False, max_length=200),
        ),
        migrations.AddField(
            model_name="issued",
            name="paper",
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="issued",
            name="received_by",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="issued",
            name="refused_because",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="issued",
            name="says",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="issued",
            name="served_by",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="issued",
            name="served_how",
            field=models.CharField(blank=True, max_length=16),
        ),
        migrations.AddField(
            model_name="issued",
            name="served_where",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="issued",
            name="signed_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="issued",
            name="told_lifted_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="issued",
            name="witness",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AlterField(
            model_name="issued",
            name="because",
            field=models.TextField(max_length=5000),
        ),
        migrations.AlterField(
            model_name="issued",
            name="contested",
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name="issued",
            name="to",
            field=models.CharField(blank=True, max_length=128),
        ),
        migrations.RunPython(name, migrations.RunPython.noop),
    ]
