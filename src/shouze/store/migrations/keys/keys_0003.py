"""The mark of the key ring, in the tables of keys."""

from shouze.store.layout import table

revision = "keys_0003"
down_revision = "keys_0002"


def upgrade() -> None:
    """Create the mark of the ring that wraps the keys; no row while nobody has made sure which ring that is."""
    table("keys", "ring_mark", "id integer NOT NULL PRIMARY KEY CHECK (id = 1)", "mark text NOT NULL")
