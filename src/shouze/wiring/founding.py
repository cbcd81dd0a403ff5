"""Builds the tables of a database that has none at once, as all migrations together leave them.

Django renders every model again with each migration that touches what refers to people, which nearly all rows do: seven
seconds for a new installation, of which the database takes half a second. What stands in the end is the same.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from shouze.sequencer.private_file import OURS_ALONE


def found_tables(alias: str = "default") -> bool:
    """Build all tables and note all migrations as done; False, and nothing done, where there is a table already.

    Migrations that move rows have nothing to move here.
    """
    connection = connections[alias]
    if connection.vendor == "sqlite":
        _keep_private(Path(connection.settings_dict["NAME"]))
    with connection.cursor() as cursor:
        if connection.introspection.table_names(cursor):
            return False
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    state = executor.loader.project_state()
    # Invariant: tables and notes are there together, or not at all.
    with connection.schema_editor(atomic=True) as editor:
        for model in state.apps.get_models():
            if model._meta.can_migrate(connection):  # noqa: SLF001 - Django's own name for it
                editor.create_model(model)
        executor.recorder.ensure_schema()
        for migration, _ in plan:
            executor.recorder.record_applied(migration.app_label, migration.name)
    return True


def _keep_private(file: Path) -> None:
    """Have the file be its owner's alone, whatever the folder's mode; what stands beside it takes after it."""
    # By its name: closing a descriptor of a file that SQLite has open would drop SQLite's locks.
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, OURS_ALONE))
    file.chmod(OURS_ALONE)
