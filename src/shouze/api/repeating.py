"""Lets a caller repeat a request safely: the ``Idempotency-Key`` header.

A key belongs to one caller and person, and to one request: method, path and body. Only final answers are kept, and
they carry no value.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from shouze.api.calls import Answer, media_of
from shouze.errors import InvalidError, ShouzeError
from shouze.gateway.ports import Replies, Reply
from shouze.language import Text
from shouze.rules.use import Actor
from shouze.vault.framing import frame

HEADER = "idempotency-key"
REPLAYED = (b"idempotency-replayed", b"true")
_KEY = re.compile(r"[!-~]{1,255}", re.ASCII)
_NOT_FINAL = {401, 408, 409, 429}
_REQUEST, _CALLER = b"shouze/idempotent-request/1", b"shouze/idempotent-caller/1"

Mac = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Repeating:
    """Answers a repeated request with the answer it was given."""

    replies: Replies
    mac: Mac
    now: Callable[[], datetime]

    async def once(
        self, key: str | None, actor: Actor, request: tuple[str, str, bytes], act: Callable[[], Awaitable[Answer]]
    ) -> Answer:
        """Return the answer of ``act``, or the one kept for the same request; ``request``: method, path and body.

        ConflictError when the key was used for another request, or the same one is under way.
        """
        if key is None:
            return await act()
        if not _KEY.fullmatch(key):
            raise InvalidError(
                Text("应为 1 至 255 个可见 ASCII 字符", "Give 1 to 255 visible ASCII characters"), field=HEADER
            )
        who = (actor.caller or "", actor.issuer or "", actor.kind, actor.id, actor.post or "", actor.agent or "")
        caller = self.mac(frame(_CALLER, *who)).hex()
        kept = await self.replies.begin(caller, key, self.mac(frame(_REQUEST, *request)), self.now())
        if kept is not None:
            return Answer(kept.status, kept.body, media_of(kept.status), (REPLAYED,))
        return await self._first(caller, key, act)

    async def _first(self, caller: str, key: str, act: Callable[[], Awaitable[Answer]]) -> Answer:
        try:
            answer = await act()
        except BaseException:  # however it ended: the key is free for another try
            await self.replies.abandon(caller, key)
            raise
        if answer.status >= 500 or answer.status in _NOT_FINAL:
            await self.replies.abandon(caller, key)
            return answer
        try:
            await self.replies.finish(caller, key, Reply(answer.status, answer.body))
        except ShouzeError:
            return answer  # what was asked is done; only its repetition is not guarded
        return answer
