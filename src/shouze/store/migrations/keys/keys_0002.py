"""What epochs' work need."""

revision = "keys_0002"
down_revision = "keys_0001"


def upgrade() -> None:
    """Create the tables."""
