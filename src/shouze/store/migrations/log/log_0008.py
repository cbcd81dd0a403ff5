"""What holders of grants did with them: counted from the log, and counted anew when it is lost."""

from shouze.store.layout import index, table

revision = "log_0008"
down_revision = "log_0007"


def upgrade() -> None:
    """Create the tables; ``exercised_to`` says of each log how many leaves, from the first on, are counted."""
    table(
        "log", "exercised",
        "holder text NOT NULL", "actor text NOT NULL", "service text NOT NULL", "purpose text NOT NULL",
        "action text NOT NULL", "item text NOT NULL", "uses integer NOT NULL", "first_at integer NOT NULL",
        "last_at integer NOT NULL", "PRIMARY KEY (holder, actor, service, purpose, action, item)",
    )  # fmt: skip
    index("log", "exercised_by_actor", "exercised (actor)")
    table("log", "exercised_to", "shard integer NOT NULL PRIMARY KEY", "place integer NOT NULL")
