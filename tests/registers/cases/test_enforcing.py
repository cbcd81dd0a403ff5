"""Nothing is enforced too early: the time for paying, for suing, and ten days after urging pass first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shouze.registers.ports import GIVEN
from tests.registers.cases import scene
from tests.registers.cases.scene import head, inspector, notified
from tests.registers.cases.test_register import refused
from tests.registers.house import do
from tests.registers.parties import later

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


def test_nobody_is_urged_before_the_time_for_paying_nor_enforced_against_before_it_may_sue() -> None:
    case = notified()
    with later(timedelta(days=20)):
        case = scene.decided(case)
        case = do(case, "deliver", inspector(), {"paper": "decision", "how": "direct", "at": GIVEN.now()})
        assert refused(case, "urge", inspector()) == "reason"
    assert case.pay_by is not None
    with later(case.pay_by - GIVEN.now() + timedelta(hours=1)):
        case = do(case, "urge", inspector())
        assert refused(case, "apply", head()) == "reason"
    with later(timedelta(days=20 + 190)):
        case = do(case, "urge", inspector())
        assert refused(case, "apply", head()) == "reason"
        contested = do(case, "contest", inspector(), {"contested": "action", "at": GIVEN.now()})
    with later(timedelta(days=20 + 202)):
        assert refused(contested, "apply", head()) == "reason"
        case = do(contested, "end-contest", inspector(), {"contest_result": "upheld"})
        assert do(case, "apply", head()).applied_at is not None
