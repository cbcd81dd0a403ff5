"""Accounts may ask for a reviewed system."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("holders", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="holder",
            name="reviewed_only",
            field=models.BooleanField(default=False, editable=False),
        ),
    ]
