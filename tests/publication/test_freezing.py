"""Who may have a service, agent, item, action or person frozen for an incident, and what is written for it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shouze.publication.freezing import check_may_freeze, freeze_of
from shouze.rules.policy import Policy
from shouze.rules.refusal import RefusedError
from shouze.rules.use import Actor, Place

NOW = datetime(2026, 11, 28, tzinfo=UTC)


def test_the_same_freezing_is_the_same_entry_and_another_incidents_another() -> None:
    first = freeze_of("agent", "baiyun", "I-1", NOW)
    assert first.id == freeze_of("agent", "baiyun", "I-1", NOW).id
    assert first.id != freeze_of("agent", "baiyun", "I-2", NOW).id
    assert first.id.startswith("agent-")


@pytest.mark.duty("A14-1-remedy")
def test_an_account_that_administers_may_and_who_has_no_grant_may_not() -> None:
    policy = Policy(administrators=frozenset({"desk"}))
    check_may_freeze(policy, Actor("service", "desk"), Place(), (), NOW)
    for actor in (Actor("service", "crm"), Actor("staff", "desk"), Actor("staff", "S-1", post="legal")):
        with pytest.raises(RefusedError) as caught:
            check_may_freeze(policy, actor, Place(), ("mobile",), NOW)
        assert caught.value.refusal.code == "not-entitled"
