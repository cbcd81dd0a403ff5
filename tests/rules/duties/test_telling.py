"""An answer as one plain object, and what a breach of each article leads to."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from shouze.rules.duties.answering import Answer, owed
from shouze.rules.duties.telling import STATE_WORDS, plain, sanction_of
from shouze.rules.duty import STATES, Evidence
from tests.rules.statute_files import statutes

AT = datetime(2026, 3, 1, tzinfo=UTC)


def test_an_answer_is_one_plain_object() -> None:
    evidence = (Evidence(matter="complaints.answers", state="due", open=2, row="K-1"),)
    told = plain(Answer(duty="A12-15d", state="due", due=AT, evidence=evidence), AT, statutes())
    assert json.loads(json.dumps(told)) == {
        "id": "A12-15d", "article": "12", "state": "due", "since": AT.isoformat(), "due": AT.isoformat(),
        "evidence": [{"matter": "complaints.answers", "state": "due", "open": 2, "row": "K-1"}], "sanction": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("duty", "sanction", "fine"),
    [("A12-15d", "22", {"from": 0, "to": 10000}), ("A13-4-media", "23", {"from": 10000, "to": 30000}),
     ("A05-lawful", "none", None)],
)  # fmt: skip
def test_the_article_decides_the_sanction(duty: str, sanction: str, fine: object) -> None:
    told = plain(Answer(duty=duty, state="breached", since=AT), None, statutes())["sanction"]
    assert (told["class"], told["fine"]) == (sanction, fine)


def test_a_principle_is_reached_through_other_articles() -> None:
    assert sanction_of("A06-responsible", statutes())["through"] == ["13", "14"]


def test_a_crime_is_prosecuted_where_article_23_says_so_and_not_under_22() -> None:
    told = {each.id: sanction_of(each.id, statutes()) for each in owed(statutes())}
    assert {each["crime"] for each in told.values() if each["class"] == "23"} == {True}
    assert {each["crime"] for each in told.values() if each["class"] == "22"} == {False}


def test_every_state_has_its_words_in_both_languages() -> None:
    assert STATE_WORDS.keys() == set(STATES)
    assert all(words.zh and words.en for words in STATE_WORDS.values())
