"""Staged leaves, what opens them, and whom they concern."""

from shouze.store.layout import index, table

revision = "log_0001"
down_revision = None


def upgrade() -> None:
    """Create the tables; ``sequenced`` is the index in the log of a batch's first leaf once it has one."""
    table(
        "log", "staging",
        "node integer NOT NULL", "boot text NOT NULL", "nseq integer NOT NULL", "n integer NOT NULL",
        "body bytes NOT NULL", "at integer NOT NULL", "sequenced integer", "PRIMARY KEY (node, boot, nseq)",
    )  # fmt: skip
    index("log", "staging_waiting", "staging (at, node, boot, nseq)", where="sequenced IS NULL")
    index("log", "staging_sequenced", "staging (at)", where="sequenced IS NOT NULL")
    table(
        "log", "opening",
        "node integer NOT NULL", "boot text NOT NULL", "nseq integer NOT NULL", "field integer NOT NULL",
        "sealed bytes NOT NULL", "day text", "PRIMARY KEY (node, boot, nseq, field)",
        clustered=True,
    )  # fmt: skip
    table(
        "log", "look_up",
        "node integer NOT NULL", "boot text NOT NULL", "nseq integer NOT NULL", "tag bytes NOT NULL",
        "PRIMARY KEY (node, boot, nseq, tag)",
        clustered=True,
    )  # fmt: skip
    index("log", "look_up_by_tag", "look_up (tag)")
