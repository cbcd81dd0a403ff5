"""What days begun need."""

revision = "log_0003"
down_revision = "log_0002"


def upgrade() -> None:
    """Create the tables."""
