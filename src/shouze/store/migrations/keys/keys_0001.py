"""Wrapped subject keys."""

from shouze.store.layout import table

revision = "keys_0001"
down_revision = None


def upgrade() -> None:
    """Create the table; ``epoch`` is that of the key ring which wraps the key."""
    table(
        "keys", "subject_key",
        "subject text NOT NULL", "ground text NOT NULL", "version integer NOT NULL", "epoch integer NOT NULL",
        "suite integer NOT NULL", "blob bytes NOT NULL", "PRIMARY KEY (subject, ground, version)",
        clustered=True,
    )  # fmt: skip
