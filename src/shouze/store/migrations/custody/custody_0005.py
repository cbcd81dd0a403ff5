"""What runs of imports need."""

revision = "custody_0005"
down_revision = "custody_0004"


def upgrade() -> None:
    """Create the tables."""
