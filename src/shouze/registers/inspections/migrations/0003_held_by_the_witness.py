"""What was held of operators' logs is the witness's from now on."""

from typing import Any

from django.db import migrations


def move(apps: Any, schema: Any) -> None:
    """Make a witnessed log of each checkpoint that is held, and of nothing else."""
    there = schema.connection.alias
    logs = apps.get_model("witnessed", "WatchedLog").objects.using(there)
    for held in apps.get_model("inspections", "HeldCheckpoint").objects.using(there).select_related("peer"):
        if held.peer.log.partition("+")[0] == held.origin:
            logs.create(
                number=f"WL-0-{held.pk}", title=held.peer.title, state="followed", peer=held.peer, origin=held.origin,
                vkey=held.peer.log, size=held.size, root=held.root, note=held.note, moved_at=held.at, heard_at=held.at,
            )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("inspections", "0002_attested"),
        ("witnessed", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.DeleteModel(name="HeldCheckpoint"),
    ]
