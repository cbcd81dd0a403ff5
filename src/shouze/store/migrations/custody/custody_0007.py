"""What replacing the index key needs."""

from alembic import op

from shouze.store.layout import table

revision = "custody_0007"
down_revision = "custody_0006"


def upgrade() -> None:
    """Note the index key's version beside each tag; say which versions claims have to be written under."""
    kind = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(f"ALTER TABLE custody.binding ADD COLUMN index_version {kind} NOT NULL DEFAULT 1")
    table(
        "custody", "index_floor",
        "id integer NOT NULL PRIMARY KEY CHECK (id = 1)", "oldest integer NOT NULL", "newest integer NOT NULL",
        "switched_at integer",
    )  # fmt: skip
