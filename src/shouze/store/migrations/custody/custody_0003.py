"""What usage records need."""

from alembic import op

from shouze.store.layout import index, table

revision = "custody_0003"
down_revision = "custody_0002"

_FUNCTION = """
CREATE FUNCTION custody.{name} (place text, first_day bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE named text = format('usage_%s_%s', left(encode(sha256(convert_to(place, 'UTF8')), 'hex'), 12), first_day);
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('shouze/usage'), hashtext(named));
    {body}
END $$
"""
_MAKE = """
    IF first_day % 10 <> 0 THEN RAISE EXCEPTION 'a partition begins every ten days'; END IF;
    IF to_regclass(format('custody.%I', named)) IS NULL THEN
        EXECUTE format('CREATE TABLE custody.%I PARTITION OF custody.usage FOR VALUES FROM (%L, %s) TO (%L, %s)',
            named, place, first_day, place, first_day + 10);
    END IF;
"""
_DROP = "EXECUTE format('DROP TABLE IF EXISTS custody.%I', named);"


def upgrade() -> None:
    """Create the blocks, the list of their partitions, the names of batches, and what may have to be removed.

    ``usage_ended`` lists subjects and grounds of which an item's key was destroyed. On SQLite ``usage`` stays empty:
    each partition is a table made like it.
    """
    postgres = op.get_bind().dialect.name == "postgresql"
    table(
        "custody", "usage",
        "subject text NOT NULL", "ground text NOT NULL", "day integer NOT NULL", "batch bytes NOT NULL",
        "n integer NOT NULL", "sealed bytes NOT NULL", "PRIMARY KEY (subject, ground, day, batch)",
        partitioned="RANGE (ground, day)",
    )  # fmt: skip
    table("custody", "usage_partition", "ground text NOT NULL", "first integer NOT NULL", "PRIMARY KEY (ground, first)")
    table(
        "custody", "usage_batch",
        "feed text NOT NULL", "name text NOT NULL", "fingerprint bytes NOT NULL", "answer bytes NOT NULL",
        "at integer NOT NULL", "PRIMARY KEY (feed, name)",
    )  # fmt: skip
    index("custody", "usage_batch_age", "usage_batch (at)")
    table(
        "custody", "usage_ended", "subject text NOT NULL", "ground text NOT NULL", "PRIMARY KEY (subject, ground)",
        clustered=True,
    )  # fmt: skip
    if postgres:
        partitions()


def partitions() -> None:
    """Let the gateway's role, which may make no tables, have partitions made and dropped by their owner."""
    # What is sealed cannot be compressed.
    op.execute("ALTER TABLE custody.usage ALTER COLUMN sealed SET STORAGE EXTERNAL")
    for name, body in (("usage_make", _MAKE), ("usage_drop", _DROP)):
        op.execute(_FUNCTION.format(name=name, body=body))
        op.execute(f"REVOKE ALL ON FUNCTION custody.{name} (text, bigint) FROM PUBLIC")
