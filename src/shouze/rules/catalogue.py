"""The statutes as typed rows: duties, items, types of app …

Reads the bytes of the files in ``statutes/`` and refuses them as a whole when a row is broken or points nowhere:

* an instrument, item, sanction, liability, party or measure that a row names is a row or word elsewhere;
* a deadline is stated in one way; a fine has one lower bound, below the upper one;
* sub-functions of types of app are named once, and used.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import msgspec

from shouze.errors import NotFoundError
from shouze.language import Text
from shouze.rules.catalogue_duties import Clock, Duty
from shouze.rules.catalogue_file import Place, StatuteError, read_heading, read_rows, read_table
from shouze.rules.catalogue_rows import AppType, Heading, Instrument, Item, Necessity, Parallel, Sanction
from shouze.rules.forms import FORMS

__all__ = [
    "AppType", "Clock", "Duty", "Heading", "Instrument", "Item", "Necessity", "Parallel", "Sanction",
    "StatuteError", "Statutes", "load_statutes",
]  # fmt: skip

ORDER, SANCTIONS, ITEMS = "order24.toml", "sanctions.toml", "items.toml"
APP_TYPES, INSTRUMENTS, PARALLELS = "app_types.toml", "instruments.toml", "parallels.toml"
_KEYS = {
    ORDER: "duty",
    SANCTIONS: "sanction",
    ITEMS: "item",
    APP_TYPES: "app_type",
    INSTRUMENTS: "instrument",
    PARALLELS: "parallel",
}


class Statutes(msgspec.Struct, frozen=True, kw_only=True):
    """All rows by id, in the order of their files; ``headings`` by file name."""

    headings: Mapping[str, Heading]
    duties: Mapping[str, Duty]
    sanctions: Mapping[str, Sanction]
    items: Mapping[str, Item]
    app_types: Mapping[str, AppType]
    instruments: Mapping[str, Instrument]
    parallels: Mapping[str, Parallel]

    @property
    def parties(self) -> Mapping[str, Text]:
        """Return the words for those who owe and are owed."""
        return self.headings[ORDER].words

    @property
    def measures(self) -> Mapping[str, Text]:
        """Return the words for the measures of the sanctions."""
        return self.headings[SANCTIONS].words

    def beside(self, duty: str) -> tuple[Parallel, ...]:
        """Return where other instruments ask for what this duty asks for."""
        return tuple(each for each in self.parallels.values() if duty in each.duties)

    def necessary(self, app_type_ids: Iterable[str], sub_functions: Collection[str] | None = None) -> frozenset[str]:
        """Return the items necessary for any of these types of app; None means that all sub-functions are used.

        Raises NotFoundError for a type that is not on the list.
        """
        found: frozenset[str] = frozenset()
        for app_type in app_type_ids:
            if app_type not in self.app_types:
                raise NotFoundError(Text("没有这种应用类型", "There is no such type of app"), field="app_types")
            found |= self.app_types[app_type].necessary_items(sub_functions)
        return found


def load_statutes(files: Mapping[str, bytes]) -> Statutes:
    """Read the six files by name (``order24.toml`` …), ignoring others; StatuteError names file, row and field."""
    tables = {}
    for file in _KEYS:
        if file not in files:
            raise Place(file).broken(None, Text("缺少该文件", "it is missing"))
        tables[file] = read_table(file, files[file])
    headings = {file: read_heading(file, table, _KEYS[file]) for file, table in tables.items()}
    edition = {"edition": headings[ORDER].edition}
    statutes = Statutes(
        headings=headings,
        duties=read_rows(ORDER, tables[ORDER], _KEYS[ORDER], Duty, edition),
        sanctions=read_rows(SANCTIONS, tables[SANCTIONS], _KEYS[SANCTIONS], Sanction, {}),
        items=read_rows(ITEMS, tables[ITEMS], _KEYS[ITEMS], Item, {}),
        app_types=read_rows(APP_TYPES, tables[APP_TYPES], _KEYS[APP_TYPES], AppType, {}),
        instruments=read_rows(INSTRUMENTS, tables[INSTRUMENTS], _KEYS[INSTRUMENTS], Instrument, {}),
        parallels=read_rows(PARALLELS, tables[PARALLELS], _KEYS[PARALLELS], Parallel, {}),
    )
    _check(statutes)
    return statutes


def _check(statutes: Statutes) -> None:
    for file, heading in statutes.headings.items():
        if heading.instrument is not None:
            _known(Place(file), "instrument", [heading.instrument], statutes.instruments)
    for duty in statutes.duties.values():
        _check_duty(duty, statutes)
    for sanction in statutes.sanctions.values():
        _check_sanction(sanction, statutes)
    for item in statutes.items.values():
        _known(Place(ITEMS, item.id), "form", [item.form], FORMS)
    for parallel in statutes.parallels.values():
        _known(Place(PARALLELS, parallel.id), "instrument", [parallel.instrument], statutes.instruments)
        _known(Place(PARALLELS, parallel.id), "duties", parallel.duties, statutes.duties)
    _check_app_types(statutes)


def _check_duty(duty: Duty, statutes: Statutes) -> None:
    place = Place(ORDER, duty.id)
    _known(place, "owed_by", duty.owed_by, statutes.parties)
    _known(place, "owed_to", duty.owed_to, statutes.parties)
    _known(place, "sanction.class", [duty.sanction.under], statutes.sanctions)
    _known(place, "besides.instrument", [beside.instrument for beside in duty.besides], statutes.instruments)
    clock = duty.clock
    if clock is not None and clock.measures != 1:
        detail = Text("时限应且只应有一种写法", "a deadline is stated in exactly one way")
        remedy = Text("只写 days、every、immediately、promptly 之一", "Give one of days, every, immediately, promptly")
        raise place.broken("clock", detail, remedy)


def _check_sanction(sanction: Sanction, statutes: Statutes) -> None:
    place = Place(SANCTIONS, sanction.id)
    _known(place, "liability", [sanction.liability] if sanction.liability else [], statutes.duties)
    _known(place, "borne_by", sanction.borne_by, statutes.parties)
    _known(place, "measures", sanction.measures, statutes.measures)
    if sanction.fine is not None and not sanction.fine.bounded:
        detail = Text("罚款应有且只有一个低于上限的下限", "a fine has exactly one lower bound, below the upper one")
        raise place.broken("fine", detail, Text("写 over 或 at_least", "Give over or at_least"))


def _check_app_types(statutes: Statutes) -> None:
    numbers: set[int] = set()
    named: set[str] = set()
    for app_type in statutes.app_types.values():
        place = Place(APP_TYPES, app_type.id)
        if app_type.number in numbers or named & app_type.sub_functions.keys():
            field = "number" if app_type.number in numbers else "sub_functions"
            raise place.broken(field, Text("与其他行重复", "another row has it already"))
        numbers.add(app_type.number)
        named |= app_type.sub_functions.keys()
        for need in app_type.necessary:
            _known(place, "necessary.items", need.items, statutes.items)
            _known(place, "necessary.when", need.when, app_type.sub_functions)
        used = {name for need in app_type.necessary for name in need.when}
        _known(place, "sub_functions", app_type.sub_functions, used)


def _known(place: Place, field: str, names: Iterable[str], known: Collection[str]) -> None:
    unknown = [name for name in names if name not in known]
    if unknown:
        words = ", ".join(unknown)
        detail = Text(f"所指的 {words} 不存在", f"it names {words}, which is not there")
        raise place.broken(field, detail, Text("核对名称", "Check the name"))
