"""What rows are called in English, those that are there already too."""

from typing import Any

from django.db import migrations, models


def name(apps: Any, schema: Any) -> None:
    """Call each row as what it is about is called."""
    there = schema.connection.alias
    rows = apps.get_model("readings", "Reading").objects.using(there)
    for each in apps.get_model("procedures", "Procedure").objects.using(there).exclude(title_en=""):
        rows.filter(procedure=each.number).update(title_en=f"{each.title_en} ({each.edition})"[:200])


class Migration(migrations.Migration):
    dependencies = [
        ("readings", "0001_initial"),
        ("procedures", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="reading",
            name="title_en",
            field=models.CharField(blank=True, db_default="", editable=False, max_length=200),
        ),
        migrations.RunPython(name, migrations.RunPython.noop),
    ]
