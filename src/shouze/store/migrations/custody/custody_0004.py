"""What bulk operations need."""

revision = "custody_0004"
down_revision = "custody_0003"


def upgrade() -> None:
    """Create the tables."""
