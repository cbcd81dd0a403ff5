"""What a passage leaves in the log: records that name nobody, and openings that say whom."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from shouze.gateway.asking import Visitor
from shouze.gateway.ports import Query
from shouze.ledger.disclosure import Value, read_disclosure
from shouze.ledger.entry import Leaf, parse_leaf, verify_disclosure
from shouze.ledger.tile import decode_bundle
from shouze.ledger.tree import leaf_hash
from shouze.rules.refusal import RefusedError
from shouze.rules.standing import Agreement
from shouze.rules.use import SUBJECT_RIGHTS, Actor, Place
from shouze.store.driver import Parameters
from shouze.vault.blind_index import subject_tag
from shouze.vault.seal import open_opening
from shouze.wiring import Installation
from tests.installation import CLERK, CRM, MARKETING, OTHER, PERSON, ask, consents, subscribe


async def raw_leaves(opened: Installation) -> list[bytes]:
    rows = await opened.stores.databases["log"].fetch("SELECT n, body FROM log.staging ORDER BY nseq")
    return [leaf for n, body in rows for leaf in decode_bundle(body, n)]


async def last_leaf(opened: Installation) -> tuple[Leaf, bytes]:
    raw = (await raw_leaves(opened))[-1]
    return parse_leaf(raw), leaf_hash(raw)


async def openings(opened: Installation, nseq: int) -> list[tuple[int, bytes, str | None]]:
    sql = "SELECT field, sealed, day FROM log.opening WHERE nseq = :nseq ORDER BY field"
    return [(row[0], row[1], row[2]) for row in await opened.stores.databases["log"].fetch(sql, {"nseq": nseq})]


@pytest.mark.duty("A13-6-oplog")
async def test_a_record_says_who_where_when_what_and_under_which_policy(opened: Installation) -> None:
    done = await subscribe(opened)
    await opened.door.release(CLERK, ask(done.subject, "name", "phone", ticket="T-1"))
    leaf, _ = await last_leaf(opened)
    assert (leaf.who.kind, leaf.who.id, leaf.who.post) == ("staff", "S-0042", "customer-service")
    assert (leaf.where.site, leaf.where.term, leaf.where.ip) == ("HQ", "T-7", "127.0.0.1")
    assert leaf.at == opened.clock.now()
    assert (leaf.what.act, leaf.what.service, leaf.what.purposes) == ("read", "mobile", ("customer-service",))
    assert set(leaf.what.items) == {"name", "phone"}
    assert leaf.verdict.outcome == "permitted"
    assert (leaf.verdict.declaration, leaf.verdict.policy) == ("mobile@1", opened.door.room.policy.digest)


async def test_no_leaf_contains_anything_of_a_subject(opened: Installation) -> None:
    done = await subscribe(opened)
    await opened.door.release(CLERK, ask({"phone": PERSON["phone"]}, "name", ticket="关于13812345678的投诉"))
    herself = Visitor(Actor("subject", done.subject, session="sign-in-9"), Place(None, "her-device", "192.0.2.7"))
    await opened.door.release(herself, ask(done.subject, "name", purposes=(SUBJECT_RIGHTS,)))
    written = b"\n".join(await raw_leaves(opened)).decode()
    for secret in (*PERSON.values(), done.subject, "+86" + PERSON["phone"], "her-device", "192.0.2.7", "sign-in-9"):
        assert secret not in written


async def test_the_key_of_the_day_opens_whom_the_record_is_about_and_no_value_of_theirs(opened: Installation) -> None:
    done = await subscribe(opened)
    await opened.door.release(CLERK, ask({"phone": PERSON["phone"]}, "name", ticket="T-1"))
    leaf, hashed = await last_leaf(opened)
    ring, told = opened.ring, dict[str, Value]()
    for field, sealed, day in await openings(opened, leaf.nseq):
        for text in open_opening({0: ring.derive_daily(day or "")}, sealed, hashed, field).decode().splitlines():
            assert verify_disclosure(leaf, text) == read_disclosure(text)
            told.update([read_disclosure(text)])
    assert told == {"subject": done.subject, "identifiers": ["phone"], "ticket": "T-1"}
    tag: Parameters = {"tag": subject_tag(ring, done.subject), "nseq": leaf.nseq}
    found = await opened.stores.databases["log"].fetch(
        "SELECT 1 FROM log.look_up WHERE tag = :tag AND nseq = :nseq", tag
    )
    assert found


async def test_a_record_about_nobody_known_opens_with_the_key_of_its_day(opened: Installation) -> None:
    with pytest.raises(RefusedError):
        await opened.door.release(CLERK, ask({"phone": PERSON["phone"]}, "name"))
    leaf, hashed = await last_leaf(opened)
    assert (leaf.verdict.outcome, leaf.verdict.code, leaf.what.rows) == ("refused", "subject-unknown", 0)
    ((field, sealed, day),) = await openings(opened, leaf.nseq)
    assert day == "2026-11-23"
    text = open_opening({0: opened.ring.derive_daily(day)}, sealed, hashed, field).decode()
    assert read_disclosure(text) == ("identifier.phone", "+86" + PERSON["phone"])


async def test_a_refusal_is_recorded_with_its_code_and_article(opened: Installation) -> None:
    done = await subscribe(opened)
    with pytest.raises(RefusedError):
        await opened.door.release(MARKETING, ask(done.subject, "name"))
    leaf, _ = await last_leaf(opened)
    assert (leaf.verdict.outcome, leaf.verdict.code, leaf.verdict.article) == ("refused", "not-entitled", "13(3)")


async def test_a_check_is_recorded_as_one(opened: Installation) -> None:
    done = await subscribe(opened)
    await opened.door.check(CLERK, ask(done.subject, "name"))
    leaf, _ = await last_leaf(opened)
    assert (leaf.what.act, leaf.verdict.outcome) == ("check-read", "permitted")


async def test_a_number_of_two_users_opens_neither_and_tells_whoever_may_not_look_nothing(opened: Installation) -> None:
    """That there are two would tell that it is a customer's."""
    done, other = await subscribe(opened), await subscribe(opened, {**PERSON, "phone": OTHER["phone"]})
    both = {"id-number": PERSON["id-number"]}
    with pytest.raises(RefusedError) as caught:
        await opened.door.release(CLERK, ask(both, "name"))
    assert caught.value.refusal.code == "subject-ambiguous"
    leaf, _ = await last_leaf(opened)
    assert (leaf.verdict.code, leaf.what.rows) == ("subject-ambiguous", 0)
    assert {done.subject, other.subject} == set(await _candidates(opened, leaf))
    with pytest.raises(RefusedError) as caught:
        await opened.door.release(MARKETING, ask(both, "name"))
    assert caught.value.refusal.code == "not-entitled"


async def _candidates(opened: Installation, leaf: Leaf) -> list[str]:
    hashed = leaf_hash((await raw_leaves(opened))[-1])
    told = dict[str, Value]()
    for field, sealed, day in await openings(opened, leaf.nseq):
        for text in open_opening({0: opened.ring.derive_daily(day or "")}, sealed, hashed, field).decode().splitlines():
            told.update([read_disclosure(text)])
    found = told["candidates"]
    assert isinstance(found, list)
    return [str(each) for each in found]


Act = Callable[[Installation, str], Awaitable[object]]
CHANGING: dict[str, Act] = {
    "collect": lambda opened, user: opened.door.collect(
        MARKETING, ask(user, purposes=("customer-service",)), {"name": "王五"}
    ),
    "consent": lambda opened, user: opened.door.consent(
        MARKETING, ask(user), consents("mobile", {"offers": ("phone",)})
    ),
    "withdraw": lambda opened, user: opened.door.withdraw(MARKETING, ask(user, purposes=("open-account",))),
    "agree": lambda opened, user: opened.door.agree(MARKETING, ask(user), Agreement(id="A-1", service="mobile")),
    "correct": lambda opened, user: opened.door.correct(MARKETING, ask(user), {"name": "王五"}),
    "terminate": lambda opened, user: opened.door.terminate(MARKETING, ask(user)),
    "bind": lambda opened, user: opened.door.give_back(MARKETING, ask(user), ["phone"]),
    "freeze": lambda opened, user: opened.door.freeze(MARKETING, ask(user), "INC-1"),
}


@pytest.mark.duty("A13-3-permissions")
@pytest.mark.parametrize("verb", CHANGING)
async def test_whoever_is_not_entitled_changes_nothing_by_any_verb(opened: Installation, verb: str) -> None:
    user, custody = (await subscribe(opened)).subject, opened.stores.custody
    before, bound = await custody.look_up([Query(user, (), None)]), await custody.bound(user)
    with pytest.raises(RefusedError) as caught:
        await CHANGING[verb](opened, user)
    assert caught.value.refusal.code == "not-entitled"
    leaf, _ = await last_leaf(opened)
    assert (leaf.what.act, leaf.verdict.outcome) == (verb, "refused")
    after = await custody.look_up([Query(user, (), None)])
    assert [each.found for each in after] == [each.found for each in before]
    assert await custody.bound(user) == bound


async def test_whoever_is_not_entitled_compares_no_identifier(opened: Installation) -> None:
    user = (await subscribe(opened)).subject
    for value in (PERSON["phone"], OTHER["phone"], "no number"):
        with pytest.raises(RefusedError):
            await opened.door.compare(MARKETING, ask(user), "phone", value)


@pytest.mark.parametrize("purposes", [("open-account", "customer-service"), ("customer-service", "open-account")])
async def test_of_several_purposes_each_withholds_whichever_is_named_last(
    opened: Installation, purposes: tuple[str, ...]
) -> None:
    user = (await subscribe(opened)).subject
    released = await opened.door.release(CRM, ask(user, "name", "id-number", purposes=purposes))
    assert set(released.items) == {"name"}
    assert released.withheld["id-number"].code == "beyond-necessary"
