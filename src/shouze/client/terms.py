"""Says on what terms a client calls: where, for how long, how often again."""

from __future__ import annotations

import ipaddress
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

import httpx

from shouze.errors import InvalidError
from shouze.language import Language, Text

Sign = Callable[[bytes], str]
"""From a request's body to the signed assertion of the person that it is sent for."""
LIMITS = httpx.Limits(keepalive_expiry=3.0)
"""An idle connection is kept for less time than the door keeps it, so that nothing is sent into a closing one."""
MOST_PORT = 65535
_TOKEN = re.compile(r"[!-~]{1,512}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: ``total`` for a call with all its tries and pauses, the others within one try."""

    total: float = 10.0
    connect: float = 2.0
    read: float = 10.0
    write: float = 5.0
    pool: float = 2.0

    def within(self, left: float) -> httpx.Timeout:
        """Return httpx's form of a try's timeouts, when ``left`` seconds are left in all."""
        connect, read, write, pool = (min(each, left) for each in (self.connect, self.read, self.write, self.pool))
        return httpx.Timeout(connect=connect, read=read, write=write, pool=pool)


@dataclass(frozen=True, slots=True)
class Retries:
    """How often a call is tried again, and after how many seconds.

    The n-th pause is random between nothing and ``first`` doubled n times, at most ``longest``. To it comes what the
    door asks for with Retry-After, at most ``patience``.
    """

    most: int = 3
    first: float = 0.1
    longest: float = 2.0
    patience: float = 5.0

    def pause(self, tried: int, asked: float, chance: float) -> float:
        """Return the seconds before the next try, after ``tried`` ones; ``chance`` is from 0 to 1."""
        ceiling: float = min(self.longest, self.first * 2**tried)
        return min(asked, self.patience) + ceiling * chance


TIMEOUTS = Timeouts()
RETRIES = Retries()
CHANCE = random.SystemRandom().random


@dataclass(frozen=True)
class Terms:
    """What holds for every call of one client; ``monotonic`` counts seconds, ``chance`` gives 0 to 1."""

    headers: dict[str, str] = field(repr=False)
    timeouts: Timeouts
    retries: Retries
    monotonic: Callable[[], float]
    chance: Callable[[], float]


def checked_url(base_url: str, *, allow_insecure: bool) -> httpx.URL:
    """Return the door's address; InvalidError unless it is https, or http that stays on this machine."""
    try:
        url = httpx.URL(base_url)
    except (httpx.InvalidURL, TypeError):
        url = httpx.URL()
    if url.scheme not in {"http", "https"} or not url.host or (url.port or 0) > MOST_PORT or url.query or url.fragment:
        _refuse_url("应为 https://主机 形式的地址", "It is not an address such as https://host")
    if url.userinfo:
        _refuse_url("地址中不得写入用户名或口令", "An address has no user name or password in it")
    if url.scheme == "http" and not (allow_insecure or stays_here(url.host)):
        _refuse_url("令牌和个人信息将以明文传送", "The token and personal information would travel in clear")
    return url


def headers_for(token: str, language: Language) -> dict[str, str]:
    """Return the headers that every request has; InvalidError for what cannot be a token."""
    if not _TOKEN.fullmatch(token):
        remedy = Text(
            "使用签发时给出的令牌，不带空格和换行", "Give the token as it was issued, without spaces or line ends"
        )
        raise InvalidError(Text("不是令牌", "It is no token"), field="token", remedy=remedy)
    return {
        "authorization": f"Bearer {token}",
        "accept": "application/json, application/problem+json",
        "accept-encoding": "identity",  # lengths of compressed answers tell about their content
        "accept-language": language,
        "user-agent": "shouze-client",
    }


def stays_here(host: str) -> bool:
    """Tell whether what is sent to a host leaves this machine under no circumstances."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse_url(zh: str, en: str) -> NoReturn:
    remedy = Text(
        "改用 https；仅在受保护的网络中可设 allow_insecure", "Use https; allow_insecure is for a guarded network"
    )
    raise InvalidError(Text(zh, en), field="base_url", remedy=remedy)
