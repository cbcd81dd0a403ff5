"""By which subject's tag records are found: an index made like that of their places, not while records are written."""

from alembic import op

from shouze.store.layout import index, table

revision = "log_0007"
down_revision = "log_0006"


def upgrade() -> None:
    """Create the table, and take away the index that each record written paid for."""
    table(
        "log", "placed_subject",
        "tag bytes NOT NULL", "place integer NOT NULL", "PRIMARY KEY (tag, place)",
        clustered=True,
    )  # fmt: skip
    index("log", "placed_subject_by_place", "placed_subject (place)")
    op.execute("DROP INDEX log.look_up_by_tag")
