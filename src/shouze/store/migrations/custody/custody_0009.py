"""The mark of the key ring, in the tables of users."""

from shouze.store.layout import table

revision = "custody_0009"
down_revision = "custody_0008"


def upgrade() -> None:
    """Create the mark of the ring that tagged the identifiers; no row while nobody has made sure which ring that is."""
    table("custody", "ring_mark", "id integer NOT NULL PRIMARY KEY CHECK (id = 1)", "mark text NOT NULL")
