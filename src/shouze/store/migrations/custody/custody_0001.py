"""Subjects, their sealed values and identifiers; replies; single-use numbers; registers and policies."""

from shouze.store.layout import index, table

revision = "custody_0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    subjects()
    bindings()
    requests()
    registers()


def subjects() -> None:
    """Create what is known of a subject; ``next_due`` is the next moment that the clocks have to look at it."""
    table(
        "custody", "subject",
        "id text NOT NULL PRIMARY KEY", "revision integer NOT NULL", "standing bytes NOT NULL", "next_due integer",
    )  # fmt: skip
    index("custody", "subject_due", "subject (next_due)", where="next_due IS NOT NULL")
    table(
        "custody", "subject_value",
        "subject text NOT NULL", "ground text NOT NULL", "item text NOT NULL", "version integer NOT NULL",
        "sealed bytes NOT NULL", "PRIMARY KEY (subject, ground, item)",
        clustered=True,
    )  # fmt: skip
    table(
        "custody", "ending",
        "subject text NOT NULL", "ground text NOT NULL", "version integer NOT NULL",
        "PRIMARY KEY (subject, ground, version)",
        clustered=True,
    )  # fmt: skip
    table(
        "custody", "service_user",
        "subject text NOT NULL", "service text NOT NULL", "PRIMARY KEY (subject, service)",
        clustered=True,
    )  # fmt: skip
    index("custody", "service_user_by_service", "service_user (service, subject)")


def bindings() -> None:
    """Create the bindings of identifiers; ``exclusive`` is 1 where one subject at a time holds the identifier."""
    table(
        "custody", "binding",
        "tag bytes NOT NULL", "subject text NOT NULL", "item text NOT NULL", "exclusive integer NOT NULL",
        "since integer NOT NULL", "until integer", "PRIMARY KEY (tag, subject, since)",
        clustered=True,
    )  # fmt: skip
    index("custody", "binding_holder", "binding (tag)", where="exclusive = 1 AND until IS NULL", unique=True)
    index("custody", "binding_present", "binding (tag, subject)", where="until IS NULL", unique=True)
    index("custody", "binding_by_subject", "binding (subject)")


def requests() -> None:
    """Create kept replies (``status`` null: under way) and single-use numbers seen."""
    table(
        "custody", "reply",
        "caller text NOT NULL", "name text NOT NULL", "fingerprint bytes NOT NULL", "status integer", "body bytes",
        "at integer NOT NULL", "PRIMARY KEY (caller, name)",
    )  # fmt: skip
    index("custody", "reply_age", "reply (at)")
    table(
        "custody", "seen",
        "issuer text NOT NULL", "number text NOT NULL", "until integer NOT NULL", "PRIMARY KEY (issuer, number)",
        clustered=True,
    )  # fmt: skip
    index("custody", "seen_until", "seen (issuer, until)")


def registers() -> None:
    """Create what policy is compiled from, and the policies; nothing here is ever changed."""
    table(
        "custody", "declaration",
        "service text NOT NULL", "version integer NOT NULL", "digest text NOT NULL", "body bytes NOT NULL",
        "at integer NOT NULL", "by text NOT NULL", "PRIMARY KEY (service, version)",
    )  # fmt: skip
    table(
        "custody", "entry",
        "kind text NOT NULL", "id text NOT NULL", "revision integer NOT NULL", "body bytes", "at integer NOT NULL",
        "by text NOT NULL", "PRIMARY KEY (kind, id, revision)",
    )  # fmt: skip
    table(
        "custody", "operator",
        "revision integer NOT NULL PRIMARY KEY", "body bytes NOT NULL", "at integer NOT NULL", "by text NOT NULL",
    )  # fmt: skip
    table(
        "custody", "policy",
        "epoch integer NOT NULL PRIMARY KEY", "digest text NOT NULL", "body bytes NOT NULL", "at integer NOT NULL",
        "by text NOT NULL",
    )  # fmt: skip
