"""What bulk operations need."""

from shouze.store.layout import index, table

revision = "custody_0004"
down_revision = "custody_0003"


def upgrade() -> None:
    """Create requests, the chunks of their runs, and the subjects that they list.

    ``due`` is when the request comes to an end by itself; ``remarks`` is what people wrote, sealed under the key of
    ``day``.
    """
    table(
        "custody", "bulk_request",
        "id text NOT NULL PRIMARY KEY", "revision integer NOT NULL", "at integer NOT NULL", "due integer",
        "body bytes NOT NULL", "day text NOT NULL", "remarks bytes NOT NULL",
    )  # fmt: skip
    index("custody", "bulk_request_age", "bulk_request (at, id)")
    index("custody", "bulk_request_due", "bulk_request (due)", where="due IS NOT NULL")
    table(
        "custody", "bulk_chunk",
        "request text NOT NULL", "number integer NOT NULL", "body bytes NOT NULL", "PRIMARY KEY (request, number)",
    )  # fmt: skip
    table(
        "custody", "bulk_subject",
        "request text NOT NULL", "subject text NOT NULL", "PRIMARY KEY (request, subject)",
        clustered=True,
    )  # fmt: skip
