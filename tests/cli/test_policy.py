"""The policy from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.cli.shell import Shell


def test_entries_are_written_and_removed(shell: Shell, write: Callable[..., str]) -> None:
    order = (
        "format: shouze-policy/1\norders:\n  - {id: 'N-7', authority: {zh: 局, en: A}, reason: {zh: 由, en: R}, "
        "since: 2026-01-01T00:00:00+08:00}\n"
    )
    assert "policy epoch 3" in shell("policy", "apply", write("order.yaml", order))
    assert "N-7" in shell("policy", "show")
    shell("policy", "apply", write("lifted.yaml", "remove: [orders/N-7]\n"))
    assert "N-7" not in shell("policy", "show")


def test_the_policy_is_shown_as_json_without_hashes(shell: Shell) -> None:
    shell("token", "issue", "--kind", "service", "--actor", "crm", "--days", "1")
    output = shell("policy", "show", "--json")
    shown = json.loads(output)
    assert shown["policy"]["epoch"] == 3
    assert [caller["actor"] for caller in shown["callers"].values()] == ["crm"]
    assert "secret" not in output


def test_showing_the_policy_records_nothing(shell: Shell) -> None:
    before = shell("log", "checkpoint")
    shell("policy", "show")
    assert shell("log", "checkpoint") == before


def test_a_wrong_entry_is_named_with_its_line(shell: Shell, write: Callable[..., str]) -> None:
    output = shell("policy", "apply", write("bad.yaml", "posts:\n  - id: clerk\n    nom: x\n"), code=2)
    assert "line" in output
    assert "posts[0]" in output


def test_an_empty_installation_has_a_policy_of_epoch_zero(empty: Shell) -> None:
    assert "policy epoch 0" in empty("policy", "show")


GRANT = """
posts:
  - id: clerk
    name: {zh: 员, en: Clerk}
    grants:
      - {services: [mobil], actions: [read], purposes: [customer-servise], items: [phone, fone]}
"""


def test_a_name_in_a_grant_for_which_there_is_nothing_is_told(shell: Shell, write: Callable[..., str]) -> None:
    result = shell.result("policy", "apply", write("grant.yaml", GRANT))
    assert result.exit_code == 0
    told = result.stderr.splitlines()
    assert [line for line in told if "line 6" in line and "posts[0].grants[0]" in line] == told
    assert [name for name in ("mobil", "customer-servise", "fone", "phone") if f" {name}," in result.stderr] == [
        "mobil", "customer-servise", "fone",
    ]  # fmt: skip


def test_an_order_or_a_freezing_that_would_stop_nothing_is_refused(shell: Shell, write: Callable[..., str]) -> None:
    since = "since: 2026-01-01T00:00:00+08:00"
    why = "authority: {zh: 局, en: A}, reason: {zh: 由, en: R}"
    order = f"orders:\n  - {{id: N-7, {why}, {since}, services: [mobil]}}\n"
    freezing = f"freezes:\n  - {{id: f, incident: I-1, target: service, name: mobil, {since}}}\n"
    for content, field in ((order, "orders[0].services"), (freezing, "freezes[0].name")):
        output = shell("policy", "apply", write("slip.yaml", content), code=2)
        assert field in output
        assert "cloud-drive, mobile" in output
    assert "N-7" not in shell("policy", "show")


def test_to_remove_what_is_not_there_is_refused_with_its_line(shell: Shell, write: Callable[..., str]) -> None:
    before = shell("policy", "show")
    told = shell("policy", "apply", write("slip.yaml", "remove:\n  - posts/legal\n  - posts/marketting\n"), code=2)
    assert "line 3" in told
    assert "Did you mean posts/marketing?" in told
    assert shell("policy", "show") == before


def test_an_agent_may_be_frozen_in_the_file_that_brings_it(shell: Shell, write: Callable[..., str]) -> None:
    term = "contract_since: 2026-01-01T00:00:00+08:00, contract_until: 2036-01-01T00:00:00+08:00"
    agent = (
        f"agents:\n  - {{id: new, name: {{zh: 新, en: N}}, {term}, fit: true, fit_until: 2036-01-01T00:00:00+08:00}}\n"
    )
    freeze = "freezes:\n  - {id: f, incident: I-1, target: agent, name: new, since: 2026-01-01T00:00:00+08:00}\n"
    shell("policy", "apply", write("both.yaml", agent + freeze))
    assert "f" in shell("policy", "show")
