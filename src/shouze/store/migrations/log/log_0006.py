"""Logs that follow one another, what a witness hands on, and what it takes over from another key."""

from shouze.store.layout import column, table

revision = "log_0006"
down_revision = "log_0005"


def upgrade() -> None:
    """Create and widen the tables; ``begun``, ``ended`` and ``deleted`` are moments, ``successor`` a log's vkey.

    The log that is there is shard 0: its sequencer enters it when it next begins to work.
    """
    column("log", "log_state", "shard integer NOT NULL DEFAULT 0")
    table(
        "log", "shard",
        "number integer NOT NULL PRIMARY KEY CHECK (number >= 0)", "base text NOT NULL", "label text NOT NULL",
        "vkey text NOT NULL", "begun integer", "ended integer", "deleted integer", "UNIQUE (base, label)",
    )  # fmt: skip
    column("log", "followed", "successor text")
