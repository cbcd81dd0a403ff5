"""What witnesses have cosigned of this log, and what this installation cosigns of others' logs."""

from shouze.store.layout import table

revision = "log_0005"
down_revision = "log_0004"


def upgrade() -> None:
    """Create the tables; ``line`` is a signature line, ``note`` a checkpoint with its cosignature."""
    table(
        "log", "cosignature",
        "size integer NOT NULL", "vkey text NOT NULL", "line text NOT NULL", "at integer NOT NULL",
        "PRIMARY KEY (vkey, size)",
    )  # fmt: skip
    table(
        "log", "followed",
        "origin text NOT NULL PRIMARY KEY", "vkey text NOT NULL", "size integer NOT NULL CHECK (size >= 0)",
        "root bytes NOT NULL", "note text", "at integer NOT NULL",
    )  # fmt: skip
    table(
        "log", "evidence",
        "origin text NOT NULL", "digest bytes NOT NULL PRIMARY KEY", "ruling text NOT NULL", "held text",
        "submission bytes NOT NULL", "at integer NOT NULL",
    )  # fmt: skip
