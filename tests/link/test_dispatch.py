"""Dispatches: what was signed is read as it was written, and anything else is refused by its name."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from shouze.link.dispatch import LEEWAY, Attachment, Known, digest_of, read, unverified
from shouze.link.keys import PartyKey, base64url
from shouze.link.kinds import KINDS, Letter
from shouze.link.refusing import Reason, RejectedError
from shouze.link.signing import ALGORITHM, LARGEST, sign
from tests.link.written import AUTHORITY, BODIES, KEY, NEXT, NOW, OPERATOR, THEIRS, dispatch, known, sealed

STRANGER = PartyKey.fresh()


def refused(signed: str, me: str = AUTHORITY, knows: Callable[[str], Known | None] = known, **moved: Any) -> Reason:
    with pytest.raises(RejectedError) as problem:
        read(signed, knows, me, NOW + timedelta(**moved))
    return problem.value.reason


def altered(signed: str, change: Callable[[dict[str, Any]], None]) -> str:
    """Return the dispatch with its payload changed and the signature that it had."""
    header, payload, signature = signed.split(".")
    content = json.loads(base64.urlsafe_b64decode(payload + "=="))
    change(content)
    return f"{header}.{base64url(rfc8785.dumps(content))}.{signature}"


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_read_as_it_was_signed(kind: str) -> None:
    written = dispatch(kind)
    assert read(sealed(kind), known, written.receiver, NOW) == written
    assert BODIES.keys() == KINDS.keys()


@given(
    title=st.text(st.characters(codec="utf-8"), min_size=1, max_size=40),
    text=st.text(st.characters(codec="utf-8"), max_size=200),
    sequence=st.integers(1, 2**53 - 1),
)
def test_what_is_signed_is_canonical_json(title: str, text: str, sequence: int) -> None:
    signed = sealed(body=Letter(title=title, text=text), sequence=sequence)
    payload = base64.urlsafe_b64decode(signed.split(".")[1] + "==")
    assert rfc8785.dumps(json.loads(payload)) == payload
    assert read(signed, known, AUTHORITY, NOW).body == Letter(title=title, text=text)


@given(at=st.integers(0, 10_000), to=st.characters(codec="ascii", categories=["L", "N"]))
def test_no_character_of_it_can_be_another(at: int, to: str) -> None:
    signed = sealed()
    at %= len(signed)
    changed = signed[:at] + to + signed[at + 1 :]
    if changed != signed:
        assert refused(changed) in set(Reason) - {Reason.CONTRADICTED}


ALTERATIONS: dict[str, Callable[[dict[str, Any]], None]] = {
    "its order": lambda content: content["body"].update(order="另一号"),
    "its items": lambda content: content["body"].update(items=["phone"]),
    "its matter": lambda content: content.update(matter="another"),
    "its place": lambda content: content.update(sequence=2),
    "its time": lambda content: content.update(time="2026-11-27T08:00:00Z"),
    "its id": lambda content: content.update(id="6" * 32),
    "its answer": lambda content: content.update(in_reply_to="6" * 32),
    "its files": lambda content: content.update(
        attachments=[{"name": "x", "media": "y", "size": 1, "sha256": "0" * 64}]
    ),
}


@pytest.mark.parametrize("what", ALTERATIONS)
def test_an_order_that_was_altered_on_its_way_is_refused(what: str) -> None:
    assert refused(altered(sealed("suspension"), ALTERATIONS[what]), OPERATOR) == Reason.ALTERED


def test_an_order_that_a_forged_authority_signs_is_refused() -> None:
    assert refused(sealed("suspension", STRANGER), OPERATOR) == Reason.ALTERED
    assert refused(sealed("suspension", STRANGER, sender="shouze.localhost/forged"), OPERATOR) == Reason.UNKNOWN_SENDER


def test_a_forged_key_id_does_not_help() -> None:
    header = base64url(json.dumps({"alg": ALGORITHM, "kid": THEIRS.public.id, "typ": "shouze-dispatch+jws"}).encode())
    _, payload, signature = sealed("suspension", STRANGER).split(".")
    assert refused(f"{header}.{payload}.{signature}", OPERATOR) == Reason.ALTERED


def test_no_operator_sends_an_order() -> None:
    assert refused(sealed("suspension", KEY, sender=OPERATOR, receiver=AUTHORITY)) == Reason.NOT_ENTITLED
    assert refused(sealed("received", KEY, sender=OPERATOR, receiver=AUTHORITY)) == Reason.NOT_ENTITLED


def test_a_dispatch_for_somebody_else_is_refused() -> None:
    assert refused(sealed(receiver="shouze.localhost/other")) == Reason.WRONG_AUDIENCE


def test_what_is_dated_ahead_is_refused_and_what_is_old_is_not() -> None:
    assert refused(sealed(time=NOW + LEEWAY + timedelta(seconds=1))) == Reason.FUTURE_DATED
    read(sealed(time=NOW + LEEWAY), known, AUTHORITY, NOW)
    read(sealed(), known, AUTHORITY, NOW + timedelta(days=400))


def test_a_key_that_has_ended_signs_nothing_more() -> None:
    def later(_party: str) -> Known:
        return Known("operator", (NEXT.public,), (KEY.public,))

    assert refused(sealed(), knows=later) == Reason.KEY_ENDED
    read(sealed(key=NEXT), later, AUTHORITY, NOW)


def test_an_introduction_holds_the_key_it_names() -> None:
    def nobody(_party: str) -> None:
        return None

    read(sealed("introduction", sender=OPERATOR), nobody, AUTHORITY, NOW)
    assert refused(sealed("introduction", STRANGER), knows=nobody) == Reason.ALTERED
    assert refused(sealed("letter"), knows=nobody) == Reason.UNKNOWN_SENDER


SHAPES: dict[str, tuple[bytes, Reason]] = {
    "no JSON": (b"x", Reason.MALFORMED),
    "no object": (b"[]", Reason.MALFORMED),
    "a later version": (b'{"v":2}', Reason.UNKNOWN_VERSION),
    "deep": (b'{"v":1,"body":' + b"[" * 50_000 + b"]" * 50_000 + b"}", Reason.MALFORMED),
    "huge numbers": (b'{"v":1' + b"0" * 5000 + b"}", Reason.MALFORMED),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_no_dispatch_is_refused_though_its_signature_is_right(shape: str) -> None:
    payload, reason = SHAPES[shape]
    assert refused(sign(payload, KEY, "shouze-dispatch+jws")) == reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda content: content.update(kind="decree"), Reason.UNKNOWN_KIND),
        (lambda content: content.update(more=1), Reason.MALFORMED),
        (lambda content: content["body"].update(more=1), Reason.MALFORMED),
        (lambda content: content.update(sequence=0), Reason.MALFORMED),
        (lambda content: content.update(time="2026-11-28T08:00:00+00:00"), Reason.MALFORMED),
        (lambda content: content.update(attachments=[]), Reason.MALFORMED),
        (lambda content: content["body"].pop("title"), Reason.MALFORMED),
    ],
)
def test_what_is_not_spelled_as_it_has_to_be_is_refused(change: Any, reason: Reason) -> None:
    content = json.loads(base64.urlsafe_b64decode(sealed().split(".")[1] + "=="))
    change(content)
    assert refused(sign(rfc8785.dumps(content), KEY, "shouze-dispatch+jws")) == reason


def test_white_space_in_the_payload_is_refused() -> None:
    content = json.loads(base64.urlsafe_b64decode(sealed().split(".")[1] + "=="))
    assert refused(sign(json.dumps(content).encode(), KEY, "shouze-dispatch+jws")) == Reason.MALFORMED


def test_what_is_too_large_is_refused_unread() -> None:
    assert refused("A" * (LARGEST + 1)) == Reason.OVERSIZED
    assert unverified("A" * (LARGEST + 1)) is None


def test_a_signature_for_something_else_is_no_dispatch() -> None:
    payload = base64.urlsafe_b64decode(sealed().split(".")[1] + "==")
    assert refused(sign(payload, KEY, "shouze-receipt+jws")) == Reason.MALFORMED


@pytest.mark.parametrize("text", ["", ".", "..", "a.b", "a.b.c", "a.b.c.d", "é.é.é", "\x00"])
def test_what_is_no_signed_text_is_refused(text: str) -> None:
    assert refused(text) == Reason.MALFORMED


def test_what_a_refused_one_claims_can_be_kept() -> None:
    claimed = unverified(sealed("suspension", STRANGER))
    assert claimed is not None
    assert claimed.sender == AUTHORITY
    assert len(digest_of(sealed())) == 64


def test_an_attachment_is_named_by_its_digest() -> None:
    named = Attachment.of("a.pdf", "application/pdf", b"x")
    assert (named.size, named.sha256[:8]) == (1, "2d711642")
