"""The document's examples work as they are written, with curl over HTTP."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from shouze.registers.people.models import Person
from tests.conftest import ROOT
from tests.registers.programs.scene import issued

EXAMPLES = re.findall(r"^```sh\n(.*?)^```", (ROOT / "docs" / "programs.md").read_text(), re.MULTILINE | re.DOTALL)


@pytest.mark.django_db(transaction=True)
def test_every_example_works(live_server: Any, tmp_path: Path) -> None:
    _, token = issued(acts=["people"])
    for n in range(4):
        issued_to = Person.objects.create(username=f"S-1{n}", name="某", title="某", number=f"P-1-{n}", state="present")
        assert issued_to.pk
    script = "set -eu -o pipefail\n" + "".join(EXAMPLES)
    given = {"PATH": os.environ["PATH"], "DESK": live_server.url, "TOKEN": token, "NO_PROXY": "*"}
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=given, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(EXAMPLES) == 5
    assert Person.objects.get(username="S-4711").left_at is not None
