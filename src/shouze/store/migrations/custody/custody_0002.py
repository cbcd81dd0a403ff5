"""Which stored format is written, and which may still be read."""

from shouze.store.layout import table

revision = "custody_0002"
down_revision = "custody_0001"


def upgrade() -> None:
    """Create the one row's table; no row says that everything is as version 0.1.0 wrote it."""
    table(
        "custody", "stored_format",
        "id integer NOT NULL PRIMARY KEY CHECK (id = 1)", "writes integer NOT NULL", "reads_from integer NOT NULL",
    )  # fmt: skip
