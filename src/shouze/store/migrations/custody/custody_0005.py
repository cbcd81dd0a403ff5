"""What runs of imports need."""

from shouze.store.layout import index, table

revision = "custody_0005"
down_revision = "custody_0004"


def upgrade() -> None:
    """Create the runs: ``row`` is the last row taken in, ``ended_at`` null while a run may be taken up again."""
    table(
        "custody", "import_run",
        "run text NOT NULL PRIMARY KEY", "digest text NOT NULL", "row integer NOT NULL", "body bytes NOT NULL",
        "begun_at integer NOT NULL", "ended_at integer",
    )  # fmt: skip
    index("custody", "import_run_open", "import_run (digest)", where="ended_at IS NULL", unique=True)
