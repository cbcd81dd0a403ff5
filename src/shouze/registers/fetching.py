"""Fetches a page of the operator's own from the web, to see whether it says what it should; bounded in every way."""

from __future__ import annotations

from typing import NamedTuple

import httpx

from shouze.language import Text

LARGEST = 4 * 1024 * 1024
MOST_REDIRECTS = 3
_TIMEOUT = httpx.Timeout(10.0, connect=5.0)

NO_ANSWER = Text("没有应答", "No answer")
_STATUS = Text("应答 {status}", "It answered {status}")
_LARGE = Text("超过 4 MiB", "It is larger than 4 MiB")


class Fetched(NamedTuple):
    """The text of the page, or what is wrong."""

    text: str
    problem: Text | None


def fetch(url: str) -> Fetched:
    """Return the page at an http or https address; whatever goes wrong is said, never raised."""
    try:
        with (
            httpx.Client(follow_redirects=True, max_redirects=MOST_REDIRECTS, timeout=_TIMEOUT, trust_env=False) as web,
            web.stream("GET", url, headers={"user-agent": "shouze-probe"}) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                return Fetched("", _STATUS.fill(status=answer.status_code))
            return _read(answer)
    except (httpx.HTTPError, httpx.InvalidURL):
        return Fetched("", NO_ANSWER)


def _read(answer: httpx.Response) -> Fetched:
    content = bytearray()
    for part in answer.iter_bytes():
        content += part
        if len(content) > LARGEST:
            return Fetched("", _LARGE)
    return Fetched(content.decode(answer.charset_encoding or "utf-8", "replace"), None)
