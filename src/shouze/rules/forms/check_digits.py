"""Check digits that catch a mistyped number.

Each function takes the digits as its standard writes them (ASCII, upper case, nothing between them) and says whether
they hold together, or which last character would make them do so. What is no such string raises ValueError.
"""

from __future__ import annotations

from operator import mul

_ID_WEIGHTS = tuple(2**power % 11 for power in range(17, 0, -1))
_ID_CHECKS = "10X98765432"
_USCC_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = tuple(3**power % 31 for power in range(17))


def luhn_holds(digits: str) -> bool:
    """Return whether a bank card's number or an IMEI ends in its check digit (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 * (doubled > 9)
    return total % 10 == 0


def id_check_character(first_seventeen: str) -> str:
    """Return the eighteenth character of a citizen's identity number (GB 11643, ISO 7064 MOD 11-2)."""
    if len(first_seventeen) != len(_ID_WEIGHTS):
        raise ValueError("seventeen digits")
    total = sum(map(mul, map(int, first_seventeen), _ID_WEIGHTS))
    return _ID_CHECKS[total % 11]


def uscc_check_character(first_seventeen: str) -> str:
    """Return the eighteenth character of a unified social credit code (GB 32100, ISO 7064 MOD 31-3)."""
    total = sum(
        _USCC_CHARACTERS.index(character) * weight
        for character, weight in zip(first_seventeen, _USCC_WEIGHTS, strict=True)
    )
    return _USCC_CHARACTERS[-total % 31]
