"""What a restored backup must not bring back."""

from shouze.store.layout import index, table

revision = "custody_0006"
down_revision = "custody_0005"


def upgrade() -> None:
    """Create the list of changes that destroyed keys: the standing that each led to, and its moment."""
    table(
        "custody", "erasure",
        "subject text NOT NULL", "revision integer NOT NULL", "at integer", "standing bytes NOT NULL",
        "PRIMARY KEY (subject, revision)",
        clustered=True,
    )  # fmt: skip
    index("custody", "erasure_at", "erasure (at)")
