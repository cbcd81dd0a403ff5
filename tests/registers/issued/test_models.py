"""Orders from before paper keep their operator's name and the moment of their signing."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from shouze.registers.issued.models import Issued
from tests.registers.issued.scene import signed
from tests.registers.issued.test_register import served
from tests.registers.parties import Other

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


def test_an_order_that_went_by_dispatch_is_named_and_no_paper_is_touched(other: Other) -> None:
    order, paper = served(other), signed(document="8号")
    Issued.objects.filter(pk=order.pk).update(operator_name="", signed_at=None)
    migration = import_module("shouze.registers.issued.migrations.0002_on_paper")
    migration.name(apps, SimpleNamespace(connection=connection))
    order.refresh_from_db()
    assert (order.operator_name, order.signed_at) == ("某局", order.served_at)
    before = paper.signed_at
    paper.refresh_from_db()
    assert paper.signed_at == before
