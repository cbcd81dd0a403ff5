"""Whatever is broken in the statutes is refused, with file, row, field and reason."""

from __future__ import annotations

import json
import random
import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import NotFoundError
from shouze.rules.catalogue import StatuteError, Statutes, load_statutes
from tests.rules.statute_files import statute_files, statutes

FILES = ("order24.toml", "sanctions.toml", "items.toml", "app_types.toml", "instruments.toml", "parallels.toml")
HEADING = """
edition = "1"
effective = 2026-01-01
source = { zh = "示例", en = "an example" }
"""
ORDER = (
    HEADING
    + """
[words]
operator = { zh = "经营者", en = "operator" }

[[duty]]
id = "A12-15d"
article = "12"
kind = "duty"
owed_by = ["operator"]
term = "十五日"
text = { zh = "答复", en = "answer" }
clock = { days = 15, counting = "calendar", from = "receipt" }
evidence = { kind = "answer", words = { zh = "答复", en = "the answer" } }
sanction = { class = "22" }
besides = [{ matter = "hours", instrument = "law-one", article = "57" }]
flags = ["Q", "S"]

[[duty]]
id = "A22"
article = "22"
kind = "liability"
term = "警告"
text = { zh = "警告", en = "warning" }
sanction = { class = "none" }
flags = ["S"]
"""
)
SANCTIONS = (
    HEADING
    + """
[words]
warning = { zh = "警告", en = "warning" }

[[sanction]]
id = "22"
text = { zh = "警告", en = "warning" }
liability = "A22"
measures = ["warning"]
fine = { over = 0, up_to = 10000, optional = true }

[[sanction]]
id = "none"
text = { zh = "无", en = "none" }
"""
)
ITEMS = (
    HEADING
    + """
[[item]]
id = "phone"
text = { zh = "电话号码", en = "phone" }
category = "identity"
kind = "identity"
grade = 3
form = "phone"
sensitive = false
flags = ["T"]
"""
)
APP_TYPES = (
    HEADING
    + """
[[app_type]]
number = 1
id = "type-one"
text = { zh = "一", en = "one" }
basic = { zh = "一", en = "one" }
sub_functions.part = { zh = "部分", en = "part" }
necessary = [{ items = ["phone"], when = ["part"] }]

[[app_type]]
number = 2
id = "type-two"
text = { zh = "二", en = "two" }
basic = { zh = "二", en = "two" }
"""
)
INSTRUMENTS = (
    HEADING
    + """
[[instrument]]
id = "law-one"
name = { zh = "法律一", en = "law one" }
level = "law"
adds = { zh = "一", en = "one" }
floors = [{ of = "logs", at_least = "P6M", article = "21(3)" }]
flags = ["M"]
"""
)
PARALLELS = (
    HEADING
    + """
[[parallel]]
id = "law-one-57"
instrument = "law-one"
article = "57"
text = { zh = "答复", en = "answer" }
duties = ["A12-15d"]
flags = ["M"]
"""
)


def small(**changed: str) -> dict[str, bytes]:
    """Return small files that load, or with some of them changed."""
    texts = dict(zip(FILES, (ORDER, SANCTIONS, ITEMS, APP_TYPES, INSTRUMENTS, PARALLELS), strict=True))
    return {name: changed.get(name.removesuffix(".toml"), text).encode() for name, text in texts.items()}


def refusal(files: dict[str, bytes]) -> StatuteError:
    with pytest.raises(StatuteError) as caught:
        load_statutes(files)
    return caught.value


def test_the_small_files_load_with_their_rows_in_order() -> None:
    loaded = load_statutes(small())
    assert isinstance(loaded, Statutes)
    assert list(loaded.duties) == ["A12-15d", "A22"]
    assert loaded.parties["operator"].zh == "经营者"
    assert loaded.measures["warning"].en == "warning"
    assert loaded.headings["items.toml"].edition == "1"


def test_other_files_beside_the_six_are_let_be() -> None:
    assert list(load_statutes(small() | {"holidays.toml": b"\xff"}).items) == ["phone"]


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_refused(file: str) -> None:
    files = small()
    del files[file]
    error = refusal(files)
    assert (error.file, error.row, error.field) == (file, None, None)


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"edition =",
        b"\xff\xfe",
        b"x = " + b"[" * 5000,
        b"x = " + b"9" * 5000,
        b'edition = "1"',
        b"a" + b".a" * 900,
    ],
    ids=["empty", "unfinished", "not-utf-8", "nested-brackets", "huge-number", "heading-only", "half-a-key"],
)
def test_a_file_that_is_no_statute_is_refused(file: str, content: bytes) -> None:
    assert refusal(small() | {file: content}).file == file


def test_keys_nested_too_deeply_are_refused() -> None:
    deep = f"words.{'.'.join('a' * 3000)} = 1\n".encode() + ITEMS.encode()
    assert refusal(small() | {"items.toml": deep}).file == "items.toml"


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("key", ["edition", "effective", "source"])
def test_a_heading_without_edition_date_or_source_is_refused(file: str, key: str) -> None:
    content = re.sub(rf"(?m)^{key} = .*$", "", small()[file].decode(), count=1).encode()
    error = refusal(small() | {file: content})
    assert (error.file, error.row, error.field) == (file, None, key)


BROKEN = [
    # file, row, field, what stands there, what stands there instead
    ("order24", "A12-15d", "article", 'article = "12"', ""),
    ("order24", "A12-15d", "article", 'article = "12"', 'article = "12-1"'),
    ("order24", "A12-15d", "kind", 'kind = "duty"', 'kind = "wish"'),
    ("order24", "A12-15d", "sort", 'kind = "duty"', 'kind = "duty"\nsort = 1'),
    ("order24", "A12-15d", "term", 'term = "十五日"', "term = 15"),
    ("order24", "A12-15d", "term", 'term = "十五日"', 'term = ""'),
    ("order24", "A12-15d", "text.en", 'en = "answer" }', 'fr = "répondre" }'),
    ("order24", "A12-15d", "text.zh", 'zh = "答复", en = "answer"', 'zh = " ", en = "answer"'),
    ("order24", "A12-15d", "text", 'en = "answer" }', 'en = "answer", fr = "répondre" }'),
    ("order24", "A12-15d", "text", 'text = { zh = "答复", en = "answer" }', 'text = "答复"'),
    ("order24", "A12-15d", "evidence.words.en", ', en = "the answer"', ""),
    ("order24", "A12-15d", "evidence.kind", 'kind = "answer", ', ""),
    ("order24", "A12-15d", "clock.days", "days = 15", "days = 0"),
    ("order24", "A12-15d", "clock.counting", '"calendar"', '"lunar"'),
    ("order24", "A12-15d", "clock", "days = 15, ", ""),
    ("order24", "A12-15d", "clock", "days = 15", "days = 15, immediately = true"),
    ("order24", "A12-15d", "owed_by", '["operator"]', '["nobody"]'),
    ("order24", "A12-15d", "sanction.class", 'class = "22"', 'class = "66"'),
    ("order24", "A12-15d", "sanction.class", 'class = "22"', 'class = "23"'),
    ("order24", "A12-15d", "besides.instrument", "law-one", "law-two"),
    ("order24", "A12-15d", "flags", 'flags = ["Q", "S"]', "flags = []"),
    ("order24", "A22", "id", 'id = "A12-15d"', 'id = "A22"'),
    ("order24", "a12", "id", 'id = "A12-15d"', 'id = "a12"'),
    ("order24", "#1", "id", 'id = "A12-15d"', ""),
    ("order24", "#1", "id", 'id = "A12-15d"', "id = 12"),
    ("sanctions", "22", "liability", '"A22"', '"A23"'),
    ("sanctions", "22", "measures", '["warning"]', '["prison"]'),
    ("sanctions", "22", "fine", "over = 0", "over = 10000"),
    ("sanctions", "22", "fine", "over = 0", "over = 0, at_least = 1"),
    ("sanctions", "22", "fine", "over = 0, ", ""),
    ("sanctions", "22", "fine.up_to", "up_to = 10000", "up_to = -1"),
    ("items", "phone", "grade", "grade = 3", "grade = 6"),
    ("items", "phone", "grade", "grade = 3", "grade = 0"),
    ("items", "phone", "category", '"identity"', '"other"'),
    ("items", "phone", "sensitive", "false", '"no"'),
    ("items", "phone", "form", 'form = "phone"', 'form = "smoke-signal"'),
    ("app_types", "type-one", "necessary.items", '["phone"]', '["telegraph"]'),
    ("app_types", "type-one", "necessary[0].items", '["phone"]', "[]"),
    ("app_types", "type-one", "necessary.when", '["part"]', '["whole"]'),
    ("app_types", "type-one", "sub_functions", 'when = ["part"]', "when = []"),
    ("app_types", "type-two", "number", "number = 2", "number = 1"),
    ("app_types", "type-one", "number", "number = 1", "number = 0"),
    ("instruments", "law-one", "level", '"law"', '"custom"'),
    ("instruments", "law-one", "may_except", 'level = "law"', 'level = "law"\nmay_except = true'),
    ("instruments", "law-one", "floors[0].at_least", '"P6M"', '"half a year"'),
    ("parallels", "law-one-57", "instrument", '"law-one"', '"law-two"'),
    ("parallels", "law-one-57", "duties", '["A12-15d"]', '["A12-16d"]'),
    ("parallels", "law-one-57", "duties", '["A12-15d"]', "[]"),
    ("parallels", "law-one-57", "article", '"57"', '"fifty"'),
]


@pytest.mark.parametrize(("file", "row", "field", "stands", "instead"), BROKEN)
def test_a_broken_row_is_refused_by_file_row_and_field(
    file: str, row: str, field: str | None, stands: str, instead: str
) -> None:
    content = small()[f"{file}.toml"].decode()
    assert stands in content
    error = refusal(small(**{file: content.replace(stands, instead, 1)}))
    assert (error.file, error.row, error.field) == (f"{file}.toml", row, field)
    for language in ("zh", "en"):
        said = error.say("zh" if language == "zh" else "en")
        assert f"{file}.toml" in said
        assert row in said
    assert error.detail.zh != error.detail.en
    assert error.remedy.zh
    assert error.remedy.en


def test_a_row_that_is_no_group_of_fields_is_refused() -> None:
    error = refusal(small(items=f"item = [1]\n{HEADING}"))
    assert (error.file, error.row, error.field) == ("items.toml", "#1", None)


def test_a_heading_that_names_an_unknown_instrument_is_refused() -> None:
    error = refusal(small(items='instrument = "law-two"\n' + ITEMS))
    assert (error.file, error.row, error.field) == ("items.toml", None, "instrument")


def test_a_sub_function_named_by_two_types_is_refused() -> None:
    second = 'sub_functions.part = { zh = "部分", en = "part" }\nnecessary = [{ items = ["phone"], when = ["part"] }]\n'
    error = refusal(small(app_types=APP_TYPES + second))
    assert (error.row, error.field) == ("type-two", "sub_functions")


def test_a_row_may_carry_an_edition_of_its_own() -> None:
    amended = ORDER.replace('id = "A22"', 'id = "A22"\nedition = "2027"')
    duties = load_statutes(small(order24=amended)).duties
    assert (duties["A12-15d"].edition, duties["A22"].edition) == ("1", "2027")


JUNK = ["", "[", "x = 1", "[x]", 'id = "A22"', "zh = 1", "text = 1", "necessary = [[]]", "words = []"]
VALUES = [
    "0",
    "-1",
    "1e400",
    "nan",
    "9" * 40,
    "true",
    '""',
    '"\\u0000"',
    "[]",
    "[[]]",
    "{}",
    "2026-01-01",
    "{ zh = [] }",
]


@given(
    st.sampled_from(FILES),
    st.randoms(use_true_random=False),
    st.integers(0, 4),
    st.booleans(),
    st.sampled_from(JUNK),
)
def test_dropping_shuffling_and_adding_lines_gives_no_other_error(
    file: str, seed: random.Random, dropped: int, shuffled: bool, junk: str
) -> None:
    lines = small()[file].decode().splitlines()
    for _ in range(dropped):
        lines.pop(seed.randrange(len(lines)))
    if shuffled:
        seed.shuffle(lines)
    lines.insert(seed.randrange(len(lines) + 1), junk)
    with suppress(StatuteError):
        load_statutes(small() | {file: "\n".join(lines).encode()})


@given(st.sampled_from(FILES), st.integers(0, 40), st.sampled_from(VALUES))
def test_a_value_of_any_other_type_gives_no_other_error(file: str, place: int, value: str) -> None:
    content = small()[file].decode()
    values = list(re.finditer(r'(?<== )("[^"]*"|\[[^\]]*\]|[\w-]+|\{[^}]*\})', content))
    found = values[place % len(values)]
    with suppress(StatuteError):
        load_statutes(small() | {file: f"{content[: found.start()]}{value}{content[found.end() :]}".encode()})


@given(st.binary(max_size=200), st.sampled_from(FILES))
def test_bytes_of_any_kind_give_no_other_error(content: bytes, file: str) -> None:
    assert refusal(small() | {file: content}).file == file


def test_a_duty_as_a_row_of_json_has_the_published_keys() -> None:
    row = json.loads(json.dumps(statutes().duties["A12-15d"].to_row()))
    assert list(row) == [
        "id", "article", "kind", "owed_by", "owed_to", "term", "text", "trigger", "clock", "evidence", "sanction",
        "flags", "edition", "door", "note", "reading",
    ]  # fmt: skip
    assert row["clock"] == {"days": 15, "counting": "calendar", "from": "receipt"}
    assert row["text"].keys() == row["trigger"].keys() == row["evidence"]["words"].keys() == {"zh", "en"}
    assert row["sanction"] == {"class": "22"}


def test_every_duty_can_be_a_row_of_json_and_absence_is_null() -> None:
    rows = [json.loads(json.dumps(duty.to_row())) for duty in statutes().duties.values()]
    assert [row["id"] for row in rows] == list(statutes().duties)
    assert [row["clock"] for row in rows if row["id"] == "A08-publish"] == [None]
    assert [row["evidence"] for row in rows if row["id"] == "A25"] == [None]


def test_the_paragraph_is_the_number_in_brackets() -> None:
    paragraphs = {name: statutes().duties[name].paragraph for name in ("A09-3-law", "A14-2-obey", "A12-15d")}
    assert paragraphs == {"A09-3-law": 3, "A14-2-obey": 2, "A12-15d": None}


def test_what_is_necessary_for_several_types_is_the_union_of_their_sets() -> None:
    games, shows = (statutes().app_types[name].necessary_items() for name in ("games", "show-tickets"))
    assert statutes().necessary(["games", "show-tickets"]) == games | shows
    assert statutes().necessary([]) == frozenset()


def test_sub_functions_of_other_types_add_nothing() -> None:
    assert statutes().necessary(["mobile-banking"], ["booking"]) == statutes().necessary(["mobile-banking"], [])


def test_an_unknown_type_of_app_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        statutes().necessary(["telegraphy"])


def test_the_packages_files_are_the_five() -> None:
    assert set(FILES) <= statute_files().keys()
