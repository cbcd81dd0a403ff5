"""What usage records need."""

revision = "custody_0003"
down_revision = "custody_0002"


def upgrade() -> None:
    """Create the tables."""
