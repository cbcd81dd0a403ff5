"""Show a normal form masked: enough to recognise one's own, too little to use."""

from __future__ import annotations

import re
from collections.abc import Callable

Mask = Callable[[str], str]

_MAINLAND_MOBILE = re.compile(r"\+86(1[3-9][0-9])[0-9]{4}([0-9]{4})")


def hidden(_normal: str) -> str:
    """Show nothing, not even the length."""
    return "***"


def ends(head: int, tail: int) -> Mask:
    """Return a mask that shows both ends, one star for each character between, and never more than half."""

    def view(normal: str) -> str:
        if len(normal) < 4:
            return hidden(normal)
        shown, last = head, tail
        while (shown + last) * 2 > len(normal):
            shown, last = shown // 2, last // 2
        middle = len(normal) - last
        return normal[:shown] + "*" * (middle - shown) + normal[middle:]

    return view


def text(normal: str) -> str:
    """张三丰 becomes 张**, and so does anything longer; two characters become 张*."""
    return normal[0] + "*" * min(len(normal) - 1, 2) if len(normal) > 1 else "*"


def account(normal: str) -> str:
    """Show the first and the last of at least four characters."""
    return f"{normal[0]}***{normal[-1]}" if len(normal) > 3 else "***"


def phone(normal: str) -> str:
    """+8613812341234 becomes 138****1234; other numbers keep their country and the last two digits."""
    if found := _MAINLAND_MOBILE.fullmatch(normal):
        return f"{found[1]}****{found[2]}"
    return ends(3, 2)(normal)


def email(normal: str) -> str:
    """Show the first of at least two characters before the @, and what follows it."""
    local, _, domain = normal.partition("@")
    return f"{local[:1] if len(local) > 1 else ''}***@{domain}"


def day(normal: str) -> str:
    """Show the year."""
    return f"{normal[:4]}-**-**"


def ip(normal: str) -> str:
    """Show the first two of four or eight parts."""
    if ":" in normal:
        return ":".join(normal.split(":")[:2]) + ":*"
    return ".".join(normal.split(".")[:2]) + ".*.*"


def mac(normal: str) -> str:
    """Show the maker's three pairs."""
    return normal[:8] + ":**:**:**"
