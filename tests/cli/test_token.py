"""Tokens from the command line."""

from __future__ import annotations

import json

import pytest

from shouze.api.tokens import parse_token
from tests.cli.shell import Shell

CLERK = ("--kind", "staff", "--actor", "S-0042", "--post", "customer-service", "--days", "30")


def test_a_token_is_printed_alone_on_standard_output(shell: Shell) -> None:
    result = shell.result("token", "issue", *CLERK)
    assert result.exit_code == 0
    presented = parse_token(result.stdout.strip())
    assert presented is not None
    assert presented.id in result.stderr
    assert presented.id in shell("token", "list")


def test_the_list_shows_no_hash(shell: Shell) -> None:
    presented = parse_token(shell.result("token", "issue", *CLERK).stdout.strip())
    assert presented is not None
    assert presented.secret_sha256 not in shell("token", "list")
    assert shell("token", "list").split()[1:4] == ["staff", "S-0042", "customer-service"]


def test_a_revoked_token_stays_listed_as_revoked(shell: Shell) -> None:
    presented = parse_token(shell.result("token", "issue", *CLERK).stdout.strip())
    assert presented is not None
    shell("token", "revoke", presented.id)
    assert "revoked" in shell("token", "list")
    policy = json.loads(shell("policy", "show", "--json"))
    assert policy["callers"][presented.id]["revoked"] is True


def test_revoking_what_is_not_there_is_an_error(shell: Shell) -> None:
    assert "token list" in shell("token", "revoke", "nobody", code=2)


@pytest.mark.parametrize(
    ("bearer", "field"),
    [
        (("--kind", "staff", "--actor", "S-1"), "--post"),
        (("--kind", "staff", "--actor", "S-1", "--post", "nobody"), "--post"),
        (("--kind", "agent-staff", "--actor", "A-1"), "--agent"),
        (("--kind", "agent-staff", "--actor", "A-1", "--agent", "nobody"), "--agent"),
        (("--kind", "service", "--actor", "nobody"), "--actor"),
        (("--kind", "service", "--actor", "a b"), "--actor"),
        (("--kind", "face", "--actor", "desk-9"), "--actor"),
    ],
)
def test_a_bearer_that_the_policy_does_not_know_gets_no_token(
    shell: Shell, bearer: tuple[str, ...], field: str
) -> None:
    output = shell("token", "issue", *bearer, "--days", "1", code=2)
    assert field in output
    assert "szt_" not in output
