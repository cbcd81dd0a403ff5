"""Where each record stands in the log, and by what it is found: made from the log, and made anew when it is lost."""

from shouze.store.layout import index, table

revision = "log_0004"
down_revision = "log_0003"


def upgrade() -> None:
    """Create the tables; ``place`` is the index in the log, ``actor`` the id of whoever acted, if it has one."""
    table(
        "log", "placed",
        "place integer NOT NULL PRIMARY KEY CHECK (place >= 0)", "node integer NOT NULL", "boot text NOT NULL",
        "nseq integer NOT NULL", "at integer NOT NULL", "actor text",
    )  # fmt: skip
    index("log", "placed_by_number", "placed (node, boot, nseq)", unique=True)
    index("log", "placed_by_actor", "placed (actor, place)", where="actor IS NOT NULL")
    index("log", "placed_by_time", "placed (at)")
    table(
        "log", "placed_item",
        "item text NOT NULL", "place integer NOT NULL", "PRIMARY KEY (item, place)",
        clustered=True,
    )  # fmt: skip
