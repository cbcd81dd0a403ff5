"""A bulk operation by two people at the command line."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest

from tests.cli.shell import Shell
from tests.gateway.bulk.scene import declaration, policy

IDENTITY = pyrage.x25519.Identity.generate()
USERS = "name,phone\n" + "".join(f"用户金丝雀{n:03},138000{n:05}\n" for n in range(25))
EXPORT = (
    "bulk", "request", "--service", "mobile", "--purpose", "customer-service", "--action", "export", "--item", "name",
    "--item", "phone", "--volume", "30", "--reason", "季度核对", "--recipient", "某部门",
    "--key", str(IDENTITY.to_public()),
)  # fmt: skip


@pytest.fixture
def people(empty: Shell, write: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Shell]:
    """Sit a person down at the command line of an operator with users; return the shell."""
    empty("declare", write("declaration.yaml", declaration()))
    empty("policy", "apply", write("policy.yaml", policy()))
    asked = ("--purpose", "customer-service", "--consent-act", "ticked", "--channel", "app", "--account", "crm")
    empty("collect", write("users.csv", USERS), "--service", "mobile", *asked)
    tokens = {
        post: empty.result("token", "issue", "--kind", "staff", "--actor", actor, "--post", post, "--days", "9").stdout
        for post, actor in (("analyst", "S-0500"), ("reviewer", "S-0001"))
    }

    def seated(post: str) -> Shell:
        monkeypatch.setenv("SHOUZE_TOKEN", tokens[post].strip())
        return empty

    return seated


@pytest.mark.duty("A13-3-bulk")
def test_two_people_export_and_the_recipient_opens(people: Callable[[str], Shell], tmp_path: Path) -> None:
    said = people("analyst")(*EXPORT)
    number = said.split()[1]
    assert "needs-approval" in people("analyst")("bulk", "approve", number, code=1)
    assert "approved" in people("reviewer")("bulk", "approve", number)
    assert number in people("reviewer")("bulk", "list")
    assert "25 / 25" in people("analyst")("bulk", "run", number)
    people("analyst")("bulk", "fetch", number, str(tmp_path / "result.tar"))
    with tarfile.open(fileobj=io.BytesIO((tmp_path / "result.tar").read_bytes())) as tar:
        parts = [file.read() for each in tar.getmembers() if (file := tar.extractfile(each))]
    rows = b"".join(pyrage.decrypt(part, [IDENTITY]) for part in parts).decode().splitlines()
    piece = tmp_path / "leaked.txt"
    piece.write_text("\n".join(rows[-20:]), encoding="utf-8")
    assert "S-0500" in people("reviewer")("bulk", "trace", str(piece))
    piece.write_text("nothing of ours", encoding="utf-8")
    assert "no marks" in people("reviewer")("bulk", "trace", str(piece), code=1)
    told = json.loads(people("analyst")("bulk", "show", number, "--json"))
    assert (told["state"], told["remarks"]["reason"]) == ("done", "季度核对")


def test_a_destruction_of_a_list_has_its_certificate(
    people: Callable[[str], Shell], write: Callable[..., str], tmp_path: Path
) -> None:
    listed = write("list.txt", "phone\n13800000001\n13800000002\n")
    said = people("analyst")(
        "bulk", "request", "--service", "mobile", "--purpose", "customer-service", "--action", "destroy",
        "--item", "name", "--item", "phone", "--volume", "2", "--reason", "r", "--subjects", listed,
    )  # fmt: skip
    number = said.split()[1]
    people("reviewer")("bulk", "approve", number)
    people("analyst")("bulk", "run", number)
    certificate = json.loads(people("analyst")("bulk", "certificate", number))
    assert certificate["counts"]["rows"] == 2
    people("analyst")("bulk", "certificate", number, "--page", str(tmp_path / "page.html"))
    assert certificate["root"] in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_a_refused_request_is_not_run(people: Callable[[str], Shell]) -> None:
    number = people("analyst")(*EXPORT).split()[1]
    assert "refused" in people("reviewer")("bulk", "refuse", number)
    assert "only what is approved" in people("analyst")("bulk", "run", number, code=2).lower()
    assert "nothing to stop" in people("analyst")("bulk", "stop", number, code=2)


def test_without_a_token_nobody_is_known(people: Callable[[str], Shell], monkeypatch: pytest.MonkeyPatch) -> None:
    shell = people("analyst")
    monkeypatch.delenv("SHOUZE_TOKEN")
    assert "SHOUZE_TOKEN" in shell("bulk", "list", code=2)


def test_an_empty_list_names_its_file(people: Callable[[str], Shell], write: Callable[..., str]) -> None:
    listed = write("list.txt", "id\n")
    assert "list.txt" in people("analyst")(*EXPORT, "--subjects", listed, code=2)
