"""When a closed incident was opened again by a later report."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="report",
            name="reopened_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
