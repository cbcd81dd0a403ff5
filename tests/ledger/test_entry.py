"""Leaves: canonical, strict, and naming no subject."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from shouze.errors import InvalidError, TamperedError
from shouze.ledger.disclosure import commit, digests
from shouze.ledger.entry import Draft, Verdict, What, Where, Who, parse_leaf, seal_leaf, verify_disclosure
from tests.ledger.building import BOOT, START, draft, entropy_from, leaves

SD = digests((), entropy_from(5))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
WORDS = st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True).filter(lambda word: word != "subject")
MAYBE = st.none() | TEXTS
COUNTS = st.integers(0, (1 << 53) - 1)
NAMES = st.lists(TEXTS, max_size=3).map(tuple)
DRAFTS = st.builds(
    Draft,
    st.builds(Who, WORDS, MAYBE, MAYBE, MAYBE, MAYBE),
    st.builds(Where, MAYBE, MAYBE, MAYBE),
    st.builds(What, WORDS, NAMES, NAMES, COUNTS, MAYBE, MAYBE),
    st.builds(Verdict, WORDS, st.none() | WORDS, MAYBE, MAYBE, MAYBE),
)
TIMES = st.datetimes(timezones=st.just(UTC))


def _sealed(made: Draft, **changes: Any) -> bytes:
    place: dict[str, Any] = {"node": 7, "boot": BOOT, "nseq": 1, "prev": "", "time": START, "sd": SD}
    return seal_leaf(made, **(place | changes))


@given(DRAFTS, TIMES, COUNTS, st.integers(1, (1 << 53) - 1), st.binary(min_size=32, max_size=32))
def test_a_leaf_is_the_canonical_json_of_rfc_8785_and_reads_back(
    made: Draft, time: datetime, node: int, nseq: int, previous: bytes
) -> None:
    raw = _sealed(made, time=time, node=node, nseq=nseq, prev=base64.b64encode(previous).decode())
    assert raw == rfc8785.dumps(json.loads(raw))
    leaf = parse_leaf(raw)
    assert (leaf.who, leaf.where, leaf.what, leaf.verdict) == (made.who, made.where, made.what, made.verdict)
    assert (leaf.at, leaf.node, leaf.nseq) == (time, node, nseq)


def test_a_leaf_has_the_agreed_keys_and_leaves_out_what_is_absent() -> None:
    leaf = json.loads(_sealed(Draft(Who("system"), Where(), What("boot", (), (), 0), Verdict("permitted"))))
    assert sorted(leaf) == sorted(
        ["v", "t", "node", "boot", "nseq", "prev", "who", "where", "what", "verdict", "sd", "sd_alg"]
    )
    assert leaf["v"] == 1
    assert leaf["t"] == "2026-11-23T11:30:00.000000Z"
    assert (leaf["who"], leaf["where"], leaf["verdict"]) == ({"kind": "system"}, {}, {"outcome": "permitted"})


def test_private_fields_are_in_the_leaf_only_as_digests() -> None:
    made = draft()
    disclosures = commit(made.private, entropy_from(1))
    raw = _sealed(made, sd=digests(disclosures, entropy_from(2)))
    assert not any(str(value).encode() in raw for value in made.private.values())
    leaf = parse_leaf(raw)
    assert dict(verify_disclosure(leaf, one.text) for one in disclosures) == made.private


def test_a_disclosure_of_another_leaf_or_with_another_value_is_refused() -> None:
    leaf = parse_leaf(_sealed(draft()))
    (other,) = commit({"subject": "a subject"}, entropy_from(9))
    with pytest.raises(TamperedError):
        verify_disclosure(leaf, other.text)
    with pytest.raises(InvalidError):
        verify_disclosure(leaf, "nonsense")


@pytest.mark.parametrize(
    ("who", "where", "field"),
    [(Who("subject", id="x"), Where(), "who.id"), (Who("subject", auth="x"), Where(), "who.auth"),
     (Who("subject"), Where(ip="192.0.2.1"), "where.ip")],
)  # fmt: skip
def test_a_subjects_own_act_cannot_name_the_subject(who: Who, where: Where, field: str) -> None:
    with pytest.raises(InvalidError) as caught:
        Draft(who, where, What("read", (), (), 1), Verdict("permitted"))
    assert caught.value.field == field


def test_a_leaf_that_names_a_subject_is_not_read_either() -> None:
    raw = _sealed(draft()).replace(b'"kind":"staff"', b'"kind":"subject"')
    with pytest.raises(TamperedError):
        parse_leaf(raw)


def test_a_subjects_own_act_is_recorded_with_private_fields() -> None:
    made = Draft(Who("subject"), Where(site="portal"), What("read", (), (), 1), Verdict("permitted"), {"who.id": "x"})
    assert b'"who":{"kind":"subject"}' in _sealed(made)


def test_what_is_printed_of_a_draft_shows_no_private_value() -> None:
    assert "a subject" not in repr(draft())


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"node": -1}, "node"), ({"nseq": 0}, "nseq"), ({"nseq": 1 << 53}, "nseq"), ({"boot": "a b"}, "boot"),
     ({"boot": "a\n"}, "boot"), ({"prev": "short"}, "prev"), ({"sd": ()}, "sd"), ({"sd": SD[:-1]}, "sd"),
     ({"sd": SD[::-1]}, "sd"), ({"sd": (SD[0],) * 8}, "sd"), ({"time": START.replace(tzinfo=None)}, "time"),
     ({"time": datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=8)))}, "time")],
)  # fmt: skip
def test_a_leaf_is_not_sealed_with_a_part_that_does_not_fit(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidError) as caught:
        _sealed(draft(), **changes)
    assert (caught.value.field or "").startswith(field)


@pytest.mark.parametrize(
    ("who", "field"),
    [(Who("Staff"), "who.kind"), (Who("staff", id=""), "who.id"), (Who("staff", post="x" * 257), "who.post"),
     (Who("staff", id="\ud800"), "leaf")],
)  # fmt: skip
def test_a_refused_part_is_named_but_never_repeated(who: Who, field: str) -> None:
    with pytest.raises(InvalidError) as caught:
        _sealed(replace(draft(), who=who))
    assert caught.value.field == field
    assert not who.post or who.post not in str(caught.value)


def test_a_leaf_longer_than_a_bundle_can_carry_is_refused() -> None:
    what = What("release", (), tuple(f"item-{number:0>250}" for number in range(260)), 1)
    with pytest.raises(InvalidError) as caught:
        _sealed(replace(draft(), what=what))
    assert caught.value.field == "leaf"


RAW = leaves(1)[0]


def _changed(**changes: Any) -> bytes:
    return msgspec.json.encode(json.loads(RAW) | changes, order="sorted")


@pytest.mark.parametrize(
    "raw",
    [b"", b"{}", b"null", RAW + b"\n", b" " + RAW, RAW.replace(b",", b", ", 1), _changed(v=2), _changed(v=1.0),
     _changed(more=1), _changed(who={"kind": "staff", "id": None}), _changed(who={"kind": "staff", "more": 1}),
     _changed(t="2026-13-23T11:30:00.000000Z"), _changed(t="2026-11-23T11:30:00Z"), _changed(sd=[]),
     _changed(sd_alg="md5"),
     _changed(t="2026-02-30T11:30:00.000000Z"), _changed(t="2026-11-23T24:00:00.000000Z"), _changed(node=True),
     RAW.replace(b'"node":1', b'"node":1,"node":1'), RAW.replace(b'"v":1', b'"v":1.0'),
     RAW.replace(b'"v":1', b'"v":1e0'),
     RAW.replace(b"complaint", b"\\u0063omplaint"),
     RAW.replace(b'"site":"SH-02"', b'"site":"\\u0053H-02"'), b"[" * 60_000,
     RAW.replace(b"SH-02", b"\xff"), RAW.replace(b"SH-02", b"\\ud800"), b"x" * 65_536],
)  # fmt: skip
def test_bytes_that_are_not_a_canonical_leaf_are_refused(raw: bytes) -> None:
    assert raw != RAW
    with pytest.raises(TamperedError):
        parse_leaf(raw)


FLIPPED = st.integers(0, len(RAW) - 1).map(lambda at: RAW[:at] + bytes((RAW[at] ^ 4,)) + RAW[at + 1 :])


@given(st.binary(max_size=80) | FLIPPED)
def test_reading_nonsense_raises_nothing_unexpected(raw: bytes) -> None:
    with suppress(TamperedError):
        parse_leaf(raw)
