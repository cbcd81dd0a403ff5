"""Writes the next states of many subjects on PostgreSQL by one statement, which is its own transaction.

Every part writes only for the subjects whose row the statement has changed: the joins with ``written`` see to it, and
that nothing is written before all rows are locked that have to be. A part that has nothing to write is left out.

Whether an older key is still owed is looked up in the statement's snapshot. Where that debt is being paid at the same
time, the subject may stay due without a debt: the sweep looks and corrects it. The other way round cannot be: whoever
adds a debt moves the revision on.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from shouze.gateway.ports import Change
from shouze.store.change_rows import AT_ONCE, in_use, listed, moves, row_of, usage_swept
from shouze.store.driver import Database
from shouze.store.given import given

_LISTS = {
    "states": given(
        "next", id="subjects text", revision="revisions bigint", standing="standings bytea", due="dues bigint"
    ),
    "put": given(
        "put", subject="put_subjects text", ground="put_grounds text", item="put_items text",
        version="put_versions bigint", sealed="put_sealed bytea",
    ),
    "gone": given("gone", subject="gone_subjects text", ground="gone_grounds text", item="gone_items text"),
    "owed": given("owed", subject="owed_subjects text", ground="owed_grounds text", version="owed_versions bigint"),
    "swept": given("swept", subject="swept_subjects text", ground="swept_grounds text"),
    "listed": given(
        "listed", subject="listed_subjects text", revision="listed_revisions bigint", at="listed_ats bigint",
        standing="listed_standings bytea",
    ),
    "used": given("used", subject="used_subjects text", service="used_services text"),
}  # fmt: skip
_NEXT = "next AS MATERIALIZED (SELECT * FROM {states})"
_LOCKED = """
locked AS MATERIALIZED (
    SELECT next.* FROM custody.subject AS subject JOIN next ON next.id = subject.id
    WHERE subject.revision = next.revision ORDER BY subject.id FOR UPDATE OF subject
)"""
# Debts are few and short-lived, and a plan made while there are none reads them all anyway: once, not for each subject.
_CHANGED = f"""
UPDATE custody.subject AS subject SET revision = subject.revision + 1, standing = next.standing,
    next_due = CASE WHEN next.id IN (SELECT owed.subject FROM custody.ending AS owed) THEN {AT_ONCE} ELSE next.due END
FROM locked AS next WHERE subject.id = next.id AND subject.revision = next.revision
RETURNING subject.id
"""  # noqa: S608 - made of constants
_CREATED = """
INSERT INTO custody.subject (id, revision, standing, next_due)
SELECT id, 1, standing, due FROM next WHERE revision = 0 ORDER BY id
ON CONFLICT (id) DO NOTHING RETURNING id
"""
_PARTS = {
    "put": """
    INSERT INTO custody.subject_value (subject, ground, item, version, sealed)
    SELECT put.* FROM {put} JOIN written ON written.id = put.subject
    ON CONFLICT (subject, ground, item) DO UPDATE SET version = excluded.version, sealed = excluded.sealed
""",
    "gone": """
    DELETE FROM custody.subject_value AS held USING written, {gone}
    WHERE gone.subject = written.id AND held.subject = gone.subject AND held.ground = gone.ground
        AND held.item = gone.item
""",
    "owed": """
    INSERT INTO custody.ending (subject, ground, version)
    SELECT owed.* FROM {owed} JOIN written ON written.id = owed.subject
    ON CONFLICT (subject, ground, version) DO NOTHING
""",
    "swept": """
    INSERT INTO custody.usage_ended (subject, ground)
    SELECT swept.* FROM {swept} JOIN written ON written.id = swept.subject
    ON CONFLICT (subject, ground) DO NOTHING
""",
    "listed": """
    INSERT INTO custody.erasure (subject, revision, at, standing)
    SELECT listed.* FROM {listed} JOIN written ON written.id = listed.subject
""",
    "used": """
    INSERT INTO custody.service_user (subject, service)
    SELECT used.* FROM {used} JOIN written ON written.id = used.subject
    ON CONFLICT (subject, service) DO NOTHING
""",
    "left": """
    DELETE FROM custody.service_user AS listed USING written
    WHERE listed.subject = written.id AND (listed.subject, listed.service) NOT IN (SELECT * FROM {used})
""",
}


_Lists = dict[str, list[str] | list[int] | list[bytes] | list[int | None]]
"""Columns of rows, by the names of the parameters that they are given as."""
_NONE_USED: _Lists = {"used_subjects": list[str](), "used_services": list[str]()}


async def change_at_once(database: Database, changes: Sequence[Change], writes: int) -> set[str]:
    """Write each next state unless its revision has moved on; return the subjects whose states are written."""
    rows = [row_of(each, writes) for each in changes]
    parameters: _Lists = {
        "subjects": [each.subject for each in rows],
        "revisions": [each.revision for each in rows],
        "standings": [each.standing for each in rows],
        "dues": [AT_ONCE if each.endings else row.next_due for each, row in zip(changes, rows, strict=True)],
    }
    new, known = any(not each.revision for each in changes), any(each.revision for each in changes)
    parts = _values(changes) | _ended(changes, writes) | _services(changes, known=known)
    for columns in parts.values():
        parameters |= columns
    named = tuple(name for name in _PARTS if name in parts)
    written = await database.execute_returning(_statement(named, new=new, known=known), parameters)
    return {subject for (subject,) in written}


def _values(changes: Sequence[Change]) -> dict[str, _Lists]:
    puts = [(each.subject, *value) for each in changes for value in each.puts]
    gone = [(each.subject, *place) for each in changes for place in each.removals]
    return {
        **_columns("put", ("subjects", "grounds", "items", "versions", "sealed"), puts),
        **_columns("gone", ("subjects", "grounds", "items"), gone),
    }


def _ended(changes: Sequence[Change], writes: int) -> dict[str, _Lists]:
    owed = list({(each.subject, *key): None for each in changes for key in each.endings})
    return {
        **_columns("owed", ("subjects", "grounds", "versions"), owed),
        **_columns("swept", ("subjects", "grounds"), usage_swept(changes)),
        **_columns("listed", ("subjects", "revisions", "ats", "standings"), listed(changes, writes)),
    }


def _services(changes: Sequence[Change], *, known: bool) -> dict[str, _Lists]:
    """Say which services are used from now on; nothing where none of the changes touches that."""
    if not any(map(moves, changes)):
        return {}
    used = _columns("used", ("subjects", "services"), in_use(changes))
    return {**used, "left": used.get("used", _NONE_USED)} if known else used


def _columns(part: str, names: Sequence[str], rows: Sequence[tuple[object, ...]]) -> dict[str, _Lists]:
    if not rows:
        return {}
    return {part: {f"{part}_{name}": list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}}


@cache
def _statement(parts: tuple[str, ...], *, new: bool, known: bool) -> str:
    """Return the statement that creates ``new`` subjects, changes ``known`` ones or both, with these parts."""
    steps = [_NEXT]
    kinds = []
    if known:
        steps += [_LOCKED, f"changed AS ({_CHANGED})"]
        kinds += ["changed"]
    if new:
        steps += [f"created AS ({_CREATED})"]
        kinds += ["created"]
    written = " UNION ALL ".join(f"SELECT id FROM {kind}" for kind in kinds)  # noqa: S608 - made of constants
    steps += [f"written AS ({written})", *(f"{part}_part AS ({_PARTS[part]})" for part in parts)]
    return f"WITH {', '.join(steps)} SELECT id FROM written".format(**_LISTS)  # noqa: S608 - made of constants
