"""The log: where it stands, its bundles and tiles, its checkpoints, and how far each node's chain has come."""

from shouze.store.layout import index, table

revision = "log_0002"
down_revision = "log_0001"


def upgrade() -> None:
    """Create the tables; ``w`` is a width in entries or hashes, ``held`` what is wrong with what waits."""
    index("log", "staging_by_index", "staging (sequenced)", where="sequenced IS NOT NULL")
    table(
        "log", "log_state",
        "id integer NOT NULL PRIMARY KEY CHECK (id = 1)", "epoch integer NOT NULL", "size integer NOT NULL",
        "root bytes NOT NULL", "frontier bytes NOT NULL",
    )  # fmt: skip
    table(
        "log", "bundle",
        "n integer NOT NULL PRIMARY KEY CHECK (n >= 0)", "w integer NOT NULL CHECK (w BETWEEN 1 AND 256)",
        "body bytes NOT NULL",
    )  # fmt: skip
    table(
        "log", "tile",
        "level integer NOT NULL CHECK (level BETWEEN 0 AND 63)", "n integer NOT NULL CHECK (n >= 0)",
        "w integer NOT NULL CHECK (w BETWEEN 1 AND 256)", "body bytes NOT NULL", "PRIMARY KEY (level, n)",
    )  # fmt: skip
    table(
        "log", "checkpoint",
        "size integer NOT NULL PRIMARY KEY CHECK (size >= 0)", "root bytes NOT NULL", "note text NOT NULL",
        "at integer NOT NULL",
    )  # fmt: skip
    table(
        "log", "applied",
        "node integer NOT NULL", "boot text NOT NULL", "last_nseq integer NOT NULL", "last_hash bytes NOT NULL",
        "held text", "PRIMARY KEY (node, boot)",
    )  # fmt: skip
