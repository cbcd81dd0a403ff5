"""Lines: those about requests are written together, any other at once, none is lost when the process ends well."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import subprocess
import sys
from typing import Any

import pytest

from shouze.api import lines
from shouze.api.lines import Lines, RequestLine, json_log, libraries_told

LINE = RequestLine("id", "release", "crm-1", "done", None, None, 200, 1.25)
ENDING = """
import asyncio, sys
from shouze.api.lines import Lines, RequestLine
async def main():
    lines = Lines("info")
    lines.request(RequestLine("id", "release", None, "done", None, None, 200, 1.25))
    if sys.argv[1] == "failing":
        raise KeyboardInterrupt
asyncio.run(main())
"""


def written(stream: io.BytesIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


async def test_a_line_about_a_request_waits_for_its_fellows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "WAITING_SECONDS", 0.01)
    stream = io.BytesIO()
    log = Lines("info", stream)
    for _ in range(2):
        for _ in range(3):
            log.request(LINE)
        before = len(written(stream))
        async with asyncio.timeout(60):
            while len(written(stream)) == before:  # noqa: ASYNC110 - the stream tells nobody
                await asyncio.sleep(0.02)
        assert len(written(stream)) == before + 3
    assert list(written(stream)[0]) == [
        "request", "verb", "caller", "outcome", "code", "purpose", "status", "ms", "event", "level", "at",
    ]  # fmt: skip


async def test_no_more_than_the_bound_waits() -> None:
    stream = io.BytesIO()
    log = Lines("info", stream)
    while not stream.getvalue():
        log.request(LINE)
    assert lines.LARGEST_WAIT < len(stream.getvalue()) < lines.LARGEST_WAIT + 1000


async def test_an_error_is_written_at_once_after_what_waits() -> None:
    stream = io.BytesIO()
    log = Lines("info", stream)
    log.request(LINE)
    log.log.error("unexpected", verb="release")
    assert [line["event"] for line in written(stream)] == ["request", "unexpected"]


async def test_a_level_above_has_no_lines_about_requests() -> None:
    stream = io.BytesIO()
    log = Lines("warning", stream)
    log.request(LINE)
    log.log.info("quiet")
    log.log.warning("erasing")
    assert [line["event"] for line in written(stream)] == ["erasing"]


async def test_what_cannot_be_written_does_not_pile_up() -> None:
    class Full(io.BytesIO):
        def write(self, _written: object) -> int:
            raise BrokenPipeError

    log = Lines("info", Full())
    log.request(LINE)
    with pytest.raises(BrokenPipeError):
        log.flush()
    log.flush()


@pytest.mark.parametrize("end", ["well", "failing"])
def test_what_waits_is_written_when_the_process_ends(end: str) -> None:
    ended = subprocess.run([sys.executable, "-c", ENDING, end], capture_output=True, check=False)
    assert (ended.returncode == 0) is (end == "well")
    assert json.loads(ended.stderr.splitlines()[0] if end == "well" else ended.stderr.splitlines()[-1])["ms"] == 1.25


def test_a_log_of_its_own_writes_at_once() -> None:
    stream = io.BytesIO()
    log = json_log("warning", stream)
    log.info("quiet")
    log.error("unexpected", verb="release")
    [line] = written(stream)
    assert (line["event"], line["verb"], line["level"]) == ("unexpected", "release", "error")


def test_what_libraries_say_is_a_line_like_the_others_and_shows_no_value() -> None:
    stream = io.BytesIO()
    said = logging.getLogger("some.package")
    with libraries_told(json_log("info", stream)):
        said.info("not worth a line")
        said.warning("round %s failed: %s", "mail", "ValueError")
        said.error("it broke", exc_info=ValueError("13812345678"))
    said.warning("later")
    first, second = written(stream)
    assert (first["event"], first["logger"], first["level"]) == (
        "round mail failed: ValueError",
        "some.package",
        "warning",
    )
    assert (second["event"], second["error"], second["level"]) == ("it broke", "ValueError", "error")
    assert b"138" not in stream.getvalue()
