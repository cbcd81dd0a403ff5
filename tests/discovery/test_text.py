"""Judging values in text by the words beside them."""

from __future__ import annotations

import re

import pytest

from shouze.discovery.finding import Span
from tests.discovery.looking import found_in


def confidence(text: str, kind: str = "mobile") -> float:
    """Return how sure a kind is in a text, 0 where it is not told."""
    return max((each.confidence for each in found_in(text) if each.kind == kind), default=0.0)


def test_a_word_that_says_so_makes_surer_and_one_against_less_sure() -> None:
    assert confidence("联系电话 13812345678") > confidence("值 13812345678") > confidence("订单号 13812345678") == 0.0


def test_the_nearest_word_counts() -> None:
    assert confidence("订单 20240101，联系电话 13812345678") > 0.9
    assert confidence("手机用户的订单号 13812345678") == 0.0


def test_a_word_on_another_line_does_not_count() -> None:
    assert confidence("订单号\n13812345678") == 0.85


def test_where_two_kinds_claim_the_same_characters_one_has_them() -> None:
    found = found_in("证件 11010519491231002X，支付宝账号：lei.feng@example.cn")
    assert sorted((each.kind, each.count) for each in found) == [("payment-account", 1), ("resident-id", 1)]


def test_a_record_that_holds_numbers_leaves_them_found() -> None:
    assert {each.kind for each in found_in("主叫 13812345678 被叫 13912345678")} == {"call", "mobile"}


@pytest.mark.parametrize(
    "line", ["【装机工单】客户王小明（⟦18121067268⟧）申请移机", "订单已发货，收货人电话⟦13812345678⟧"]
)
def test_a_word_against_a_kind_holds_in_its_own_clause_alone(line: str) -> None:
    before, value, _ = re.split("[⟦⟧]", line)
    [mobile] = [each for each in found_in(re.sub("[⟦⟧]", "", line)) if each.kind == "mobile"]
    assert mobile.spans == (Span(len(before), len(before) + len(value)),)


def test_spans_of_many_values_in_one_line_are_those_of_its_characters() -> None:
    part = "客户，手机13812345678。"
    [mobile] = [each for each in found_in(part * 3) if each.kind == "mobile"]
    assert mobile.spans == tuple(Span(start + 5, start + 16) for start in range(0, 3 * len(part), len(part)))
