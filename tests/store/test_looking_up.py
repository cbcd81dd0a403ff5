"""Look-ups: many queries, one statement, one snapshot."""

from __future__ import annotations

import random
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouze.errors import TamperedError
from shouze.gateway.ports import Answer, Change, Query, SealedValue
from shouze.rules.standing import Standing
from shouze.store.opening import Stores
from tests.store.building import HOUR, NOW, create, exclusive, look_up, policy_of, shared, tag

GROUNDS = ("mail/contact", "mail/billing", "shop/orders")
SUBJECTS = [f"s{n}" for n in range(8)]
TAGS = [tag(f"t{n}") for n in range(10)]

QUERIES = st.builds(
    Query,
    subject=st.none() | st.sampled_from([*SUBJECTS, "unknown"]),
    tags=st.lists(st.sampled_from([*TAGS, tag("unknown")]), max_size=3).map(tuple),
    grounds=st.none() | st.lists(st.sampled_from([*GROUNDS, "none/such"]), max_size=3).map(tuple),
    items=st.none() | st.lists(st.sampled_from(["name", "phone", "email"]), max_size=3).map(tuple),
)


@pytest.fixture
async def peopled(stores: Stores) -> Stores:
    """Eight subjects with values under some of three grounds; tags shared, exclusive, and ended."""
    chance = random.Random(7)
    for subject in SUBJECTS:
        pairs = [pair for pair in product(GROUNDS, ("name", "phone")) if chance.random() < 0.6]
        values = tuple(SealedValue(*pair, 1, f"{subject} {pair}".encode()) for pair in pairs)
        assert await stores.custody.change(Change(subject, 0, Standing().joined(subject), values))
    for n in range(10):
        claim = shared(f"t{n}") if n % 2 else exclusive(f"t{n}")
        for subject in chance.sample(SUBJECTS, 3 if n % 2 else 1):
            await stores.custody.claim(subject, [claim], NOW)
    await stores.custody.unbind("s3", None, NOW + HOUR)
    return stores


async def expected(stores: Stores, query: Query) -> Answer:
    """Answer the query the long way round."""
    found = []
    for subject in SUBJECTS:
        [answer] = await look_up(stores, Query(subject=subject, grounds=None))
        bound = {tag for tags in (await stores.custody.bound(subject)).values() for tag in tags}
        named = query.subject == subject or (query.subject is None and query.tags)
        if named and set(query.tags) <= bound:
            values = [
                each
                for each in answer.found[0].values
                if (query.grounds is None or each.ground in query.grounds)
                and (query.items is None or each.item in query.items)
            ]
            found.append(answer.found[0]._replace(values=tuple(values)))
    return Answer(0, tuple(found))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(QUERIES, max_size=6))
async def test_many_queries_are_answered_as_each_alone_and_as_the_tables_say(
    peopled: Stores, queries: list[Query]
) -> None:
    together = await look_up(peopled, *queries)
    assert together == [(await look_up(peopled, query))[0] for query in queries]
    assert together == [await expected(peopled, query) for query in queries]


async def test_no_question_has_no_answer(stores: Stores) -> None:
    assert await look_up(stores) == []


async def test_unknown_subjects_are_answered_with_the_epoch_alone(stores: Stores) -> None:
    questions = Query(subject="x"), Query(tags=(tag("x"),)), Query(tags=(tag("x"), tag("y"))), Query()
    assert await look_up(stores, *questions) == [Answer(0, ())] * 4
    for epoch in (1, 2):
        assert await stores.press.publish(policy_of(epoch), [], [], None, "p", NOW)
    assert await look_up(stores, *questions) == [Answer(2, ())] * 4
    assert [(await look_up(stores, question))[0] for question in questions] == [Answer(2, ())] * 4


async def test_an_answer_carries_the_epoch_then_in_force(stores: Stores) -> None:
    await create(stores, "s")
    for epoch in range(4):
        [one] = await look_up(stores, Query(subject="s"))
        both = await look_up(stores, Query(subject="s"), Query(subject="s", grounds=None))
        assert {one.epoch, *(each.epoch for each in both)} == {epoch}
        assert await stores.press.publish(policy_of(epoch + 1), [], [], None, "p", NOW)


async def test_the_subject_of_one_tag_is_not_found_by_two_tags_of_different_subjects(stores: Stores) -> None:
    await create(stores, "a", "b")
    await stores.custody.claim("a", [exclusive("1"), shared("home")], NOW)
    await stores.custody.claim("b", [exclusive("2"), shared("home")], NOW)
    pairs = [("1", "2"), ("1", "home"), ("home", "2"), ("1", "1")]
    answers = await look_up(stores, *(Query(tags=(tag(one), tag(two))) for one, two in pairs))
    assert [[each.subject for each in answer.found] for answer in answers] == [[], ["a"], ["b"], ["a"]]


async def test_hundreds_of_queries_are_answered_in_their_order(stores: Stores) -> None:
    names = [f"s{n}" for n in range(40)]
    await create(stores, *names)
    asked = [names[n * 7 % 40] for n in range(400)]
    answers = await look_up(stores, *(Query(subject=name) for name in asked))
    assert [answer.found[0].subject for answer in answers] == asked


async def test_a_standing_that_cannot_be_read_is_an_error_not_an_answer(stores: Stores) -> None:
    await create(stores, "s")
    await stores.databases["custody"].execute("UPDATE custody.subject SET standing = :it", {"it": b'{"held": 3}'})
    with pytest.raises(TamperedError, match=r"custody\.subject\.standing"):
        await look_up(stores, Query(subject="s"))
