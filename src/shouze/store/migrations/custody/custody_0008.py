"""Sealed values in rows that share pages on SQLite."""

from alembic import op

from shouze.store.layout import table

revision = "custody_0008"
down_revision = "custody_0007"


def upgrade() -> None:
    """Keep sealed values as an ordinary table on SQLite.

    Without row ids a row of over a quarter of a page (about 1,000 bytes: any pack of some items) gets pages of its own.
    """
    if op.get_bind().dialect.name == "postgresql":
        return
    op.execute("ALTER TABLE custody.subject_value RENAME TO former_value")
    table(
        "custody", "subject_value",
        "subject text NOT NULL", "ground text NOT NULL", "item text NOT NULL", "version integer NOT NULL",
        "sealed bytes NOT NULL", "PRIMARY KEY (subject, ground, item)",
    )  # fmt: skip
    op.execute(
        "INSERT INTO custody.subject_value (subject, ground, item, version, sealed) "
        "SELECT subject, ground, item, version, sealed FROM custody.former_value"
    )
    op.execute("DROP TABLE custody.former_value")
