"""Progress, on a terminal and elsewhere."""

from __future__ import annotations

import io

from shouze.language import Text
from shouze.verifier.meter import Meter


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


class Hand:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


def test_elsewhere_there_is_a_plain_line_now_and_then() -> None:
    paper, hand = io.StringIO(), Hand()
    meter = Meter("en", Text("已核验", "verified"), paper, hand)
    for second in range(0, 25, 5):
        hand.time = float(second)
        meter(second * 1000, 100_000)
    meter.end()
    assert paper.getvalue() == "  verified 10,000 / 100,000  1,000 /s\n  verified 20,000 / 100,000  1,000 /s\n"


def test_on_a_terminal_one_line_is_drawn_again_and_taken_away() -> None:
    screen, hand = Screen(), Hand()
    meter = Meter("zh", Text("已核验", "verified"), screen, hand)
    meter(500, 1000)
    hand.time = 1.0
    meter(600, 1000)
    meter.end()
    assert screen.getvalue() == "\r\x1b[2K  已核验 600 / 1,000  100 条/秒\r\x1b[2K"
