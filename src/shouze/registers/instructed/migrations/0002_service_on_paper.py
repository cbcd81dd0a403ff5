"""How an instruction was served on paper."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("instructed", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="instructed",
            name="filmed",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="instructed",
            name="received_by",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="instructed",
            name="refused_because",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="instructed",
            name="served_by",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="instructed",
            name="served_how",
            field=models.CharField(blank=True, max_length=16),
        ),
        migrations.AddField(
            model_name="instructed",
            name="served_where",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="instructed",
            name="witness",
            field=models.CharField(blank=True, max_length=200),
        ),
    ]
