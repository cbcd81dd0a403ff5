"""Words are in the language of the page, unless the address asks for another."""

from __future__ import annotations

import pytest

from shouze.registers.languages import chosen, current, speaking


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_is_made_in_the_language_that_is_spoken_meanwhile(language: str) -> None:
    with speaking(chosen(language)):
        assert current() == language


@pytest.mark.parametrize("asked", [None, "", "fr", "en-GB"])
def test_an_address_that_asks_for_neither_keeps_the_page_in_its_language(asked: str | None) -> None:
    with speaking("en"):
        assert chosen(asked) == "en"
