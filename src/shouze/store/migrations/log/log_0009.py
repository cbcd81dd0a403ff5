"""What each record says, as a kind of record that many have in common: searching and counting read no log for it."""

from alembic import op

from shouze.store.layout import index, table

revision = "log_0009"
down_revision = "log_0008"


def upgrade() -> None:
    """Make the index of places anew, empty: it is filled again from the log.

    ``items`` is ``,name,phone,``; ``subject`` the beginning of the tag of a subject that the record is about.
    """
    op.execute("DELETE FROM log.placed_subject")
    op.execute("DROP TABLE log.placed_item")
    op.execute("DROP TABLE log.placed")
    table(
        "log", "placed",
        "place integer NOT NULL PRIMARY KEY CHECK (place >= 0)", "node integer NOT NULL", "boot text NOT NULL",
        "nseq integer NOT NULL", "at integer NOT NULL", "actor text", "kind integer NOT NULL",
    )  # fmt: skip
    index("log", "placed_by_number", "placed (node, boot, nseq)", unique=True)
    index("log", "placed_by_actor", "placed (actor, at, place, kind)", where="actor IS NOT NULL")
    index("log", "placed_by_kind", "placed (kind, at, place)")
    index("log", "placed_by_time", "placed (at)")
    table(
        "log", "record_kind",
        "id integer NOT NULL PRIMARY KEY", "words text NOT NULL", "act text NOT NULL", "outcome text NOT NULL",
        "service text", "agent text", "site text", "items text NOT NULL",
    )  # fmt: skip
    table(
        "log", "touched",
        "actor text NOT NULL", "at integer NOT NULL", "place integer NOT NULL", "kind integer NOT NULL",
        "subject bytes NOT NULL", "PRIMARY KEY (actor, at, place, kind, subject)",
        clustered=True,
    )  # fmt: skip
    index("log", "record_kind_by_words", "record_kind (words)", unique=True)
