"""The penalties of all instruments as typed rows, read strictly from ``penalties.toml``."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from shouze.language import Text
from shouze.rules.catalogue import Statutes
from shouze.rules.catalogue_file import Place, read_heading, read_rows, read_table
from shouze.rules.citing import article_words
from shouze.rules.penalty.rows import Ground, Hearing, Penalty, Term, Threshold

FILE = "penalties.toml"
_KINDS = ("penalty", "ground", "term", "threshold", "hearing")
LAWS: Mapping[str, Text] = {
    "penalty-law": Text("《中华人民共和国行政处罚法》", "Administrative Penalty Law"),
    "reconsideration-law": Text("《中华人民共和国行政复议法》", "Administrative Reconsideration Law"),
    "litigation-law": Text("《中华人民共和国行政诉讼法》", "Administrative Litigation Law"),
    "compulsion-law": Text("《中华人民共和国行政强制法》", "Administrative Compulsion Law"),
}


def law_words(law: str, *articles: str) -> Text:
    """Return the words for articles of one of these laws."""
    listed = [article_words(each) for each in articles]
    return Text(f"{LAWS[law].zh}{'、'.join(each.zh for each in listed)}",
                f"{LAWS[law].en}, {', '.join(each.en for each in listed)}")  # fmt: skip


class Penalties(msgspec.Struct, frozen=True, kw_only=True):
    """All rows by id, in the order of the file; ``measures`` in words; ``names`` of the instruments."""

    penalties: Mapping[str, Penalty]
    grounds: Mapping[str, Ground]
    terms: Mapping[str, Term]
    thresholds: Mapping[str, Threshold]
    hearing: Hearing
    measures: Mapping[str, Text]
    names: Mapping[str, Text]


def load_penalties(content: bytes, statutes: Statutes) -> Penalties:
    """Read the file; the Order's bands come from the sanctions. StatuteError names row and field."""
    table = read_table(FILE, content)
    heading = read_heading(FILE, {key: table[key] for key in table if key not in _KINDS[1:]}, "penalty")
    penalties = read_rows(FILE, table, "penalty", Penalty, {})
    for each in penalties.values():
        _check(each, statutes, heading.words)
    hearing = table.get("hearing")
    return Penalties(
        penalties={name: _banded(each, statutes) for name, each in penalties.items()},
        grounds=read_rows(FILE, table, "ground", Ground, {}),
        terms=read_rows(FILE, table, "term", Term, {}),
        thresholds=read_rows(FILE, table, "threshold", Threshold, {}),
        hearing=msgspec.convert(hearing, Hearing),
        measures=heading.words,
        names={each.instrument: statutes.instruments[each.instrument].name for each in penalties.values()},
    )


def _banded(penalty: Penalty, statutes: Statutes) -> Penalty:
    if penalty.sanction is None:
        return penalty
    return msgspec.structs.replace(penalty, fine=statutes.sanctions[penalty.sanction].fine)


def _check(penalty: Penalty, statutes: Statutes, words: Mapping[str, Text]) -> None:
    place = Place(FILE, penalty.id)
    if penalty.instrument not in statutes.instruments:
        raise place.broken("instrument", Text("所指的文件不存在", "it names an instrument that is not there"))
    if set(penalty.measures) - words.keys():
        raise place.broken("measures", Text("没有这种措施", "it names a measure that is not there"))
    if penalty.fine is not None and not penalty.fine.bounded:
        raise place.broken("fine", Text("罚款幅度有误", "the band has no proper bounds"))
