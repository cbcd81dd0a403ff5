"""What rows are called in English, those that are there already too."""

from typing import Any

from django.db import migrations, models


def name(apps: Any, schema: Any) -> None:
    """Call each row as what it is about is called."""
    there = schema.connection.alias
    rows = apps.get_model("trainings", "Training").objects.using(there)
    for each in apps.get_model("courses", "Course").objects.using(there).exclude(title_en="").order_by("pk"):
        rows.filter(course=each.name, title=each.title).update(title_en=each.title_en[:200])


class Migration(migrations.Migration):
    dependencies = [
        ("trainings", "0001_initial"),
        ("courses", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="training",
            name="title_en",
            field=models.CharField(blank=True, db_default="", editable=False, max_length=200),
        ),
        migrations.RunPython(name, migrations.RunPython.noop),
    ]
