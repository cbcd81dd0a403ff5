"""Entries of a policy file: read strictly, written small, and told from one another by kind and id."""

from __future__ import annotations

import msgspec
import pytest

from shouze.errors import InvalidError
from shouze.rules.document import read_document
from shouze.rules.entries import KINDS, Agent, Freeze, Grant, PolicyFile
from shouze.rules.policy import Registers
from tests.rules.scene import AFTER, BEFORE, WORDS

FILE = """\
format: shouze-policy/1
agents:
  - id: 代理-1
    name: {zh: 营业厅, en: Shop}
    contract_since: 2026-01-01T00:00:00+08:00
    contract_until: 2027-01-01T00:00:00+08:00
    fit: true
    fit_until: 2026-07-01T00:00:00+08:00
orders:
  - id: 工信责改〔2026〕1号
    authority: {zh: 通信管理局, en: Administration}
    reason: {zh: 违规, en: Breach}
    since: 2026-01-01T00:00:00+08:00
    items: [phone]
remove: [orders/1]
"""


def test_a_policy_file_is_read() -> None:
    document, _ = read_document(FILE.encode(), PolicyFile)
    assert document.agents[0].fit
    assert document.orders[0].items == {"phone"}


@pytest.mark.parametrize(
    ("old", "new", "field", "line"),
    [
        ("fit: true", "fit: 1", "agents[0].fit", 7),
        ("    fit: true\n", "", "agents[0].fit", 3),
        ("items: [phone]", "item: phone", "orders[0].item", 14),
        ("since: 2026-01-01T00:00:00+08:00\n    items", "since: 2026-01-01T00:00:00\n    items", "orders[0].since", 13),
        ("2026-07-01T00:00:00+08:00", "2026-07-01", "agents[0].fit_until", 8),
        ("- id: 代理-1", "- id: a b", "agents[0].id", 3),
    ],
)
def test_a_fault_is_named_with_field_and_line(old: str, new: str, field: str, line: int) -> None:
    assert FILE.count(old) == 1
    with pytest.raises(InvalidError) as caught:
        read_document(FILE.replace(old, new).encode(), PolicyFile)
    assert (caught.value.field, caught.value.line) == (field, line)


def test_registers_and_policy_files_have_the_same_kinds() -> None:
    assert list(KINDS) == list(Registers.__struct_fields__)
    assert set(KINDS) == set(PolicyFile.__struct_fields__) - {"format", "remove"}


def test_a_part_left_out_of_a_grant_is_not_an_empty_part() -> None:
    left_out, empty = (
        Grant(services=frozenset(), actions=frozenset(), items=items) for items in (None, frozenset[str]())
    )
    assert msgspec.to_builtins(left_out) == {"services": [], "actions": []}
    for grant in (left_out, empty):
        assert msgspec.json.decode(msgspec.json.encode(grant), type=Grant) == grant


def test_entries_come_back_from_json_as_they_were() -> None:
    agent = Agent(id="a", name=WORDS, contract_since=BEFORE, contract_until=AFTER, fit=True, fit_until=AFTER)
    freeze = Freeze(id="f", incident="i", target="item", name="phone", since=BEFORE)
    assert msgspec.json.decode(msgspec.json.encode(agent), type=Agent) == agent
    assert msgspec.json.decode(msgspec.json.encode(freeze), type=Freeze) == freeze
