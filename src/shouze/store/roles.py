"""The database roles of the planes on PostgreSQL, each granted exactly what its plane may.

The roles cannot log in: an installation makes its login roles members of them. The tables' owner, which migrates, is
none of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shouze.store import press_apart
from shouze.store.driver import SCHEMAS, Database, Schema

GATEWAY, SEQUENCER, DESK, WITNESS = "shouze_gateway", "shouze_sequencer", "shouze_desk", "shouze_witness"
PORTAL = "shouze_portal"
PLANES = (GATEWAY, SEQUENCER, DESK, WITNESS)
"""Who reads which format and revision the store's tables have; a portal reads nothing of the store."""
ROLES = (*PLANES, PORTAL)

_ALL = "SELECT, INSERT, UPDATE, DELETE"
_SUBJECTS = ("subject", "subject_value", "ending", "erasure", "service_user", "binding", "reply", "seen", "import_run")
_REGISTERS = ("declaration", "entry", "operator", "policy")
_PARTITIONS = ("usage_make", "usage_drop")
"""What the owner does for the gateway: it makes and drops partitions of records of use, and nothing else."""
_VERSIONS = ("alembic_version",)
_LOG = ("log_state", "bundle", "tile", "checkpoint", "applied", "placed", "record_kind", "exercised", "exercised_to")

_READ = ("log_state", "bundle", "tile", "checkpoint", "cosignature", "shard")
_INDEX = ("placed", "record_kind", "placed_subject", "touched")

_GRANTS: dict[Schema, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    # Invariant: who opens values cannot write policy; who writes policy does so by one function, reads nothing of
    # subjects, takes nothing back, and reaches no table of the log; who signs the log sees neither subjects nor keys;
    # who appends to the log cannot change it, and keeps no more than the index by which it is searched, and what is
    # brought of witnesses, which changes nothing that was cosigned; who witnesses
    # others' logs deletes nothing of it, and touches nothing of this installation's own.
    "custody": (
        (GATEWAY, _ALL, _SUBJECTS),
        (GATEWAY, "SELECT, INSERT, UPDATE", ("index_floor",)),
        (GATEWAY, "SELECT, INSERT", ("ring_mark",)),
        (GATEWAY, "SELECT, INSERT, UPDATE", ("bulk_request", "bulk_chunk")),
        (GATEWAY, "SELECT, INSERT, DELETE", ("bulk_subject",)),
        (GATEWAY, "SELECT, INSERT, DELETE", ("usage", "usage_partition", "usage_batch", "usage_ended")),
        (GATEWAY, "SELECT", _REGISTERS),
        (DESK, "SELECT", _REGISTERS),
        *((role, "SELECT", ("stored_format", *_VERSIONS)) for role in PLANES),
    ),
    "keys": (
        (GATEWAY, "SELECT", _VERSIONS),
        (GATEWAY, _ALL, ("subject_key",)),
        (GATEWAY, "SELECT, INSERT, UPDATE", ("epoch_floor",)),
        (GATEWAY, "SELECT, INSERT", ("ring_mark",)),
    ),
    "log": (
        *((role, "SELECT", _VERSIONS) for role in (GATEWAY, SEQUENCER, WITNESS)),
        (WITNESS, "SELECT, INSERT, UPDATE", ("followed",)),
        (WITNESS, "SELECT, INSERT", ("evidence",)),
        (GATEWAY, "INSERT", ("staging", "opening", "look_up")),
        (GATEWAY, "SELECT", ("staging", "applied", "look_up", *_READ)),
        (GATEWAY, "SELECT, INSERT", _INDEX),
        (GATEWAY, "INSERT", ("cosignature",)),
        (GATEWAY, "SELECT, INSERT, UPDATE", ("exercised", "exercised_to")),
        # It stages what it says of the log itself, and what it signs it could have made up anyway.
        (SEQUENCER, _ALL, ("staging",)),
        (SEQUENCER, "SELECT, INSERT, UPDATE", ("shard",)),
        (SEQUENCER, _ALL, _LOG),
        (SEQUENCER, "SELECT (node, boot, nseq), DELETE", ("look_up",)),
        (SEQUENCER, "SELECT (place), DELETE", ("placed_subject",)),
        (SEQUENCER, "SELECT (actor, at, place), DELETE", ("touched",)),
        (SEQUENCER, "SELECT (node, boot, nseq, day), DELETE", ("opening",)),
        (SEQUENCER, _ALL, ("cosignature",)),
    ),
}


_PORTALS = (
    "DO $$ DECLARE named text; BEGIN FOR named IN "  # noqa: S608 - the names of roles and rights are ours
    "SELECT tablename FROM pg_tables WHERE schemaname = 'desk' AND tablename LIKE 'portal\\_%' LOOP "
    f"EXECUTE format('REVOKE ALL ON desk.%I FROM {DESK}', named); "
    f"EXECUTE format('GRANT {_ALL} ON desk.%I TO {PORTAL}', named); "
    "END LOOP; END $$"
)
"""Every table of the portal's, those of later versions too."""
_DESKS = (
    f"REVOKE ALL ON SCHEMA desk FROM {', '.join(('PUBLIC', *ROLES))}",
    f"REVOKE ALL ON ALL TABLES IN SCHEMA desk FROM {', '.join(('PUBLIC', *ROLES))}",
    f"GRANT USAGE ON SCHEMA desk TO {DESK}",
    f"GRANT {_ALL} ON ALL TABLES IN SCHEMA desk TO {DESK}",
    f"REVOKE INSERT, UPDATE, DELETE ON desk.django_migrations FROM {DESK}",
    # Invariant: whoever is the desk makes no sign-in of a user; whoever is the portal reads no row of the desk's.
    f"GRANT USAGE ON SCHEMA desk TO {PORTAL}",
    f"GRANT SELECT ON desk.django_migrations TO {PORTAL}",
    _PORTALS,
    # Whether an outside account is somebody of the house is asked at every sign-in by one; a portal's is nobody's.
    f"GRANT SELECT ON desk.socialaccount_socialapp, desk.socialaccount_socialaccount TO {PORTAL}",
    "ALTER TABLE desk.socialaccount_socialaccount ENABLE ROW LEVEL SECURITY",
    "DROP POLICY IF EXISTS of_the_desk ON desk.socialaccount_socialaccount",
    f"CREATE POLICY of_the_desk ON desk.socialaccount_socialaccount TO {DESK} USING (true)",
)
"""The desk's own tables are its own, but for what says which they are; the portal's are the portal's alone."""


async def grant(database: Database, schemas: Sequence[Schema] = SCHEMAS, *, desk: bool = False) -> None:
    """Make the roles that are missing and grant each what it may in these schemas and nothing more, as their owner.

    ``desk``: in the schema of the desk's tables too, which is there then.
    """
    async with database.transaction() as transaction:
        for statement in (*statements(schemas), *(_DESKS if desk else ())):
            await transaction.execute(statement)


def statements(schemas: Sequence[Schema] = SCHEMAS) -> Iterator[str]:
    """Yield the statements that ``grant`` runs; running them again changes nothing."""
    for role in ROLES:
        yield (
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN "
            f"CREATE ROLE {role} NOLOGIN; END IF; "
            "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"  # another one made it meanwhile
        )
    if "custody" in schemas:
        yield press_apart.MAKE
    for schema in schemas:
        everyone = ", ".join(("PUBLIC", *ROLES))
        yield f"REVOKE ALL ON SCHEMA {schema} FROM {everyone}"
        yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {everyone}"
        yield f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {schema} FROM {everyone}"
        for role, rights, tables in _GRANTS[schema]:
            yield f"GRANT USAGE ON SCHEMA {schema} TO {role}"
            yield f"GRANT {rights} ON {', '.join(f'{schema}.{table}' for table in tables)} TO {role}"
    if "custody" in schemas:
        for function in _PARTITIONS:
            yield f"GRANT EXECUTE ON FUNCTION custody.{function} (text, bigint) TO {GATEWAY}"
        yield f"GRANT EXECUTE ON FUNCTION {press_apart.SIGNATURE} TO {DESK}"
