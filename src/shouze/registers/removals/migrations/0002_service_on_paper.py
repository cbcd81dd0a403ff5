"""How an order to a store was served on paper."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("removals", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="removal",
            name="filmed",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="removal",
            name="received_by",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="removal",
            name="refused_because",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="removal",
            name="served_by",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="removal",
            name="served_how",
            field=models.CharField(blank=True, max_length=16),
        ),
        migrations.AddField(
            model_name="removal",
            name="served_where",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="removal",
            name="witness",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AlterField(
            model_name="removal",
            name="served_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
