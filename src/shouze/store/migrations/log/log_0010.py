"""Room in a staged batch for the place that it will get: SQLite then need not write the batch a second time."""

from shouze.store.layout import column

revision = "log_0010"
down_revision = "log_0009"


def upgrade() -> None:
    """Add the column, empty: batches that were staged without it grow when they get their place."""
    column("log", "staging", "room bytes")
