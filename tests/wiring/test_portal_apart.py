"""The portal as a process of its own: no key but its own, no database but the pages', no way to policy."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import STORY
from tests.cli.shell import Shell, address, running

HOST = {"host": "portal.localhost", "accept-language": "en"}
OTHERS = re.compile(r"(custody|keys|log)\.db|(ring|log|desk|letters)\.key|/ring|\.vkey")


def opened_by(pid: int) -> set[str]:
    """Return the files that a process has open or mapped, and those its environment names."""
    found = {str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir() if each.is_symlink()}
    mapped = Path(f"/proc/{pid}/maps").read_text().split()
    named = Path(f"/proc/{pid}/environ").read_text().split("\0")
    return found | {each for each in mapped if each.startswith("/")} | {each for each in named if "KEY" in each.upper()}


def served(home: Path, url: str) -> str:
    answer = httpx.get(f"{url}/", headers=HOST, trust_env=False, timeout=30)
    assert answer.status_code == 200, (home, answer.text)
    return answer.text


@pytest.mark.duty("A13-3-permissions")
def test_the_portals_process_has_no_key_but_its_own_and_opens_no_other_database(tmp_path: Path) -> None:
    whole, apart = tmp_path / "whole", tmp_path / "apart"
    with running(whole, "up", "--port", "0") as up:
        url = address(up)
        Shell(whole)("declare", str(STORY / "declaration.yaml"))
        apart.mkdir(mode=0o700)
        for name in ("portal.key", "letters.key"):  # an older release asked for the other one too
            shutil.copy(whole / name, apart / name)
        with running(apart, "serve", "portal", "--door", url, "--desk", url, "--port", "0") as portal:
            assert portal.stdout is not None
            at = portal.stdout.readline().split()[-1]
            assert "Rules for collecting and using" in served(apart, at)
            asked = httpx.get(f"{at}/sign-in", headers=HOST, trust_env=False, timeout=30)
            assert asked.status_code == 200
            for path in ("/begin", "/r/people/", "/account/login/", "/v1/policy"):
                assert httpx.get(f"{at}{path}", headers=HOST, trust_env=False, timeout=30).status_code == 404
            assert [each for each in opened_by(portal.pid) if OTHERS.search(each)] == []
            own = {"portal.key", "desk.db", "letters.key"}
            assert {each.name for each in apart.iterdir()} - {"desk.db-wal", "desk.db-shm"} == own
            assert httpx.get(f"{at}/readyz", trust_env=False, timeout=30).json()["checks"].keys() == {
                "tables",
                "door",
                "desk",
            }


@pytest.mark.lasting
def test_a_portal_that_the_policy_does_not_know_says_how_to_make_it_known(tmp_path: Path) -> None:
    whole, apart = tmp_path / "whole", tmp_path / "apart"
    with running(whole, "up", "--port", "0") as up:
        url = address(up)
        with running(apart, "serve", "portal", "--door", url, "--desk", url, "--port", "0") as portal:
            _, said = portal.communicate(timeout=120)
            assert portal.returncode != 0
            assert "portal-policy.json" in said
        secret = re.search(r'"face":"szt_portal-face_([^"]+)"', (apart / "portal.key").read_text())
        assert secret is not None
        assert secret[1] not in (apart / "portal-policy.json").read_text()
