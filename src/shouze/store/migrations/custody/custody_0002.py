"""What stored formats need."""

revision = "custody_0002"
down_revision = "custody_0001"


def upgrade() -> None:
    """Create the tables."""
