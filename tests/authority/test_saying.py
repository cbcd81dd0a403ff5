"""What an edition says is told in both languages, and what nobody knows here is left out."""

from __future__ import annotations

from shouze.authority.saying import facts


def test_members_are_told_in_their_order_by_their_words() -> None:
    told = facts({"articles": ["9(1)"], "operator": "某公司", "list": "bad", "fine": 20_000, "random": "00", "new": 1})
    assert [label.en for label, _ in told] == ["Operator", "List", "Articles breached", "Fine (RMB)"]
    assert [value.zh for _, value in told][1:2] == ["电信业务经营不良名单"]
    assert told[3][1].en == "20,000"
    assert facts({"list": "gone"})[0][1].en == "gone"
