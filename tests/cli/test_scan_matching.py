"""``shouze scan --match``: what is found is matched by a door that declared it, for a token that may."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import STORY
from tests.cli.shell import Shell, address, running
from tests.gateway.finding_copies import DECLARATION, POLICY, phones

WHERE = "http://127.0.0.1:9/house/find-copies"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Return a table of an old system."""
    (tmp_path / "old.csv").write_text("sjhm\n" + "\n".join(phones(400)), encoding="utf-8")
    return tmp_path / "old.csv"


def scan(tmp_path: Path, *words: str, code: int = 1) -> str:
    return Shell(tmp_path / "home")("scan", "--jobs", "0", *words, code=code)


@pytest.mark.parametrize("wrong", ["127.0.0.1/house/find-copies", "https://a", "https://a/b", "x"])
def test_an_address_that_names_no_purpose_is_refused(tmp_path: Path, old: Path, wrong: str) -> None:
    assert "--match: It is not URL/SERVICE/PURPOSE" in scan(tmp_path, str(old), "--match", wrong, code=2)


def test_there_has_to_be_a_token(tmp_path: Path, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHOUZE_TOKEN", raising=False)
    assert "SHOUZE_TOKEN" in scan(tmp_path, str(old), "--match", WHERE, code=2)


def test_a_scan_that_goes_on_where_it_was_cannot_be_matched(tmp_path: Path, old: Path) -> None:
    words = (str(old), "--match", WHERE, "--resume", str(tmp_path / "j"))
    assert "Leave out --resume" in scan(tmp_path, *words, code=2)


@pytest.mark.lasting
@pytest.mark.duty("A13-5-access")
def test_users_are_counted_in_every_form_of_the_answer(
    tmp_path: Path, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = Shell(tmp_path / "operator")
    (tmp_path / "house.yaml").write_text(DECLARATION, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(f"format: shouze-policy/1\n{POLICY}", encoding="utf-8")
    with running(shell.home, "up", "--port", "0") as started:
        url = address(started)
        for words in (("declare", str(STORY / "declaration.yaml")), ("declare", str(tmp_path / "house.yaml")),
                      ("policy", "apply", str(tmp_path / "policy.yaml"))):  # fmt: skip
            shell(*words)
        issue = ("token", "issue", "--kind", "service", "--days", "1", "--actor")
        monkeypatch.setenv("SHOUZE_TOKEN", shell.result(*issue, "scanner").stdout.strip())
        outputs = {name: str(tmp_path / f"found.{name}") for name in ("jsonl", "sarif", "html", "inventory")}
        told = scan(tmp_path, str(old), "--match", f"{url}/house/find-copies",
                    *(word for name, path in outputs.items() for word in (f"--{name}", path)))  # fmt: skip
        monkeypatch.setenv("SHOUZE_TOKEN", shell.result(*issue, "crm").stdout.strip())
        refused = scan(tmp_path, str(old), "--match", f"{url}/house/curiosity")
    assert "of our users" in told
    assert "Not matched: user's telephone number" in refused
    row, *others = map(json.loads, Path(outputs["jsonl"]).read_text(encoding="utf-8").splitlines())
    assert all(each["known"] == row["known"] for each in others)
    assert (row["known"]["compared"], row["known"]["margin"]) == (400, 15)
    (entry,) = json.loads(Path(outputs["inventory"]).read_text(encoding="utf-8"))["entries"]
    assert entry["known"] == row["known"]
    sarif = json.loads(Path(outputs["sarif"]).read_text(encoding="utf-8"))["runs"][0]["results"][0]
    assert sarif["properties"]["known"] == row["known"]
    assert "本单位用户" in Path(outputs["html"]).read_text(encoding="utf-8")
    assert not any(phones(400)[7] in Path(path).read_text(encoding="utf-8") for path in outputs.values())
