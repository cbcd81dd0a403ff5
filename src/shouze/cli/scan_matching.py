"""``shouze scan --match``: asks a door how many of its users are among what was found."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from shouze.cli.terminal import Terminal
from shouze.client import Client, ClientError, Invalid, Refused
from shouze.discovery.finding import Known
from shouze.errors import InvalidError, UnauthenticatedError
from shouze.language import Text
from shouze.wiring.statutes import read_statutes

TOKEN = "SHOUZE_TOKEN"  # noqa: S105 - the variable's name, no secret
_OF_ITEM = frozenset({"not-entitled", "item-not-declared", "beyond-necessary"})
"""Refusals of one item, after which another may be matched still."""


@contextmanager
def asking(terminal: Terminal, address: str) -> Iterator[Door]:
    """Reach the door at ``URL/SERVICE/PURPOSE`` with the token of the environment."""
    url, service, purpose = _parts(address)
    token = os.environ.get(TOKEN, "")
    if not token:
        remedy = Text(f"把获准匹配的令牌放入环境变量 {TOKEN}", f"Put a token that may match into {TOKEN}")
        raise UnauthenticatedError(field=TOKEN, remedy=remedy)
    client = Client(url, token, language=terminal.language)
    try:
        yield Door(terminal, client, service, purpose)
    finally:
        client.close()


@dataclass
class Door:
    """Asks the door; an item that it does not match is told once and not asked about again."""

    terminal: Terminal
    client: Client
    service: str
    purpose: str
    _closed: set[str] = field(default_factory=set)
    _over: bool = False

    def only(self, *items: str) -> Door:
        """Return the same, asking about these items alone."""
        self._closed |= read_statutes().items.keys() - set(items)
        return self

    def ask(self, item: str, values: list[str]) -> Known | None:
        """Ask about values of an item; None where they are not matched. Other errors of the door end the scan."""
        row = read_statutes().items.get(item)
        if self._over or item in self._closed or row is None or row.identifier is None:
            return None
        try:
            told = self.client.match(service=self.service, purpose=self.purpose, item=item, values=values,
                                     reason="shouze scan")  # fmt: skip
        except Invalid as problem:
            if problem.field != "values":
                self._close(item, problem)
            return None
        except Refused as problem:
            if problem.code == "allowance-used":
                self._over = True
                self._note(Text("匹配到此为止", "Matching ends here"), problem)
            elif problem.code in _OF_ITEM:
                self._close(item, problem)
            else:
                raise
            return None
        return Known(told.compared, told.subjects, told.margin)

    def _close(self, item: str, problem: ClientError) -> None:
        self._closed.add(item)
        title = read_statutes().items[item].text
        self._note(Text(f"未匹配：{title.zh}", f"Not matched: {title.en}"), problem)

    def _note(self, what: Text, problem: ClientError) -> None:
        why = problem.say(self.terminal.language)
        self.terminal.note(f"{what.zh}（{why}）", f"{what.en} ({why})")


def _parts(address: str) -> tuple[str, str, str]:
    url, service, purpose = ([*address.rstrip("/").rsplit("/", 2), "", ""])[:3]
    if "://" not in url or not url.partition("://")[2] or not service or not purpose:
        example = "https://gateway.example/house/find-copies"
        remedy = Text(f"例如 {example}", f"Write for example {example}")
        words = Text("不是 网址/业务/目的", "It is not URL/SERVICE/PURPOSE")
        raise InvalidError(words, field="--match", remedy=remedy)
    return url, service, purpose
