"""What epochs' work need."""

from shouze.store.layout import table

revision = "keys_0002"
down_revision = "keys_0001"


def upgrade() -> None:
    """Create the floor: no key may be added under an epoch below it.

    ``cleared_at`` is when a walk over all keys found none below it any more; null while none has.
    """
    table(
        "keys", "epoch_floor",
        "id integer NOT NULL PRIMARY KEY CHECK (id = 1)", "floor integer NOT NULL", "cleared_at integer",
    )  # fmt: skip
