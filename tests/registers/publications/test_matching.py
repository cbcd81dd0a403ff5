"""Matching: a page matches when it tells every sentence of the rules, in one language."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shouze.language import LANGUAGES
from shouze.registers.declarations import content
from shouze.registers.publications.matching import missing, sentences, visible_text
from shouze.web.published import rendered
from tests.registers.declarations.scene import plain

RULES = content.read(plain("mobile"))


def test_what_a_reader_does_not_see_does_not_count() -> None:
    assert (
        visible_text("<head><title>a</title></head><p>b <b>c</b>&amp;<script>d</script></p><style>e</style>f") == "bc&f"
    )


def test_our_own_page_tells_every_sentence_in_each_language() -> None:
    for language in LANGUAGES:
        assert missing(RULES, str(rendered(RULES, None, language))) == []


@given(st.data())
def test_a_sentence_left_out_is_missed(data: st.DataObject) -> None:
    told = sentences(RULES, "zh")
    left = data.draw(st.sampled_from([each for each in told if sum(each in other for other in told) == 1]))
    page = "".join(f"<p>{each}</p>" for each in told if each != left)
    assert missing(RULES, page) == [left]
