"""How a register describes itself: words, fields, states, acts, clocks, and what it makes the door do.

The pages know registers only by these descriptions. Adding a register is adding a folder with ``models.py`` (rows) and
``register.py`` (a ``Register`` called ``REGISTER``).

* Every change of a row is an act; acts say from which state, by whom, with which proof, under which duty.
* An act that needs another person names the acts whose doers may not do it (``apart_from``).
* Clocks and policy entries follow from the row alone, so they can be told anew at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, get_args

from django.db.models import Q

from shouze.client import Published
from shouze.language import Text
from shouze.registers.roles import EVERYBODY, House, Roles
from shouze.reports.report import Report
from shouze.rules.duty import Fact
from shouze.rules.entries import Entry

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from shouze.registers.arriving import Arrived
    from shouze.registers.people.models import Person
    from shouze.registers.rows import Kept

K = TypeVar("K", bound="Kept")
Choices = Mapping[str, Text]
Tone = Literal["plain", "good", "waiting", "bad", "over"]
"""How a state looks: nothing special, in order, somebody has to act, wrong, ended."""
OPERATORS: frozenset[House] = frozenset({"operator"})
AUTHORITIES: frozenset[House] = frozenset({"authority"})
ASSOCIATIONS: frozenset[House] = frozenset({"association"})
EVERY_HOUSE: frozenset[House] = frozenset(get_args(House))


class Group(StrEnum):
    """What a register belongs to; the menu has a heading for each, in this order."""

    RULES = "rules"
    HANDLING = "handling"
    PERMISSIONS = "permissions"
    AUTHORITIES = "authorities"
    SELF_DISCIPLINE = "self-discipline"
    HOUSE = "house"


GROUPS: Mapping[Group, Text] = {
    Group.RULES: Text("规则与同意", "Rules and consents"),
    Group.HANDLING: Text("处理与事件", "Handling and incidents"),
    Group.PERMISSIONS: Text("代理与权限", "Agents and permissions"),
    Group.AUTHORITIES: Text("监管与协查", "Authorities"),
    Group.SELF_DISCIPLINE: Text("行业自律", "Self-discipline"),
    Group.HOUSE: Text("内部与人员", "House and people"),
}


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a row or of an act's form: its words, its choices, the duty it serves.

    ``personal`` content is shown on the row's page alone: it is in no history, export, search or list.
    ``several`` makes a list of choices out of a JSON column. ``asks`` is the form's kind of a field without a column.
    ``heading`` begins a group of fields in forms. ``longest`` is how many characters it takes. ``once_filled``: the
    row's page has it only where it holds something.
    """

    name: str
    label: Text
    hint: Text | None = None
    choices: Choices | Callable[[], Choices] | None = None
    several: bool = False
    personal: bool = False
    optional: bool | None = None
    lines: int = 1
    heading: Text | None = None
    once_filled: bool = False
    longest: int | None = None
    asks: Literal["text", "number", "date", "moment", "yes-no"] = "text"
    duty: str | None = None
    among: Roles = frozenset()
    """Of a field that names a person: the roles of which one has to be held; none: whoever works here."""
    of_row: Callable[[Any], Choices] | None = None
    """The choices that this row offers, where they are not the same for all rows."""

    def offered(self) -> Choices | None:
        """Return the choices as they are now."""
        return self.choices() if callable(self.choices) else self.choices


class Alert(Text):
    """A sentence on top of a row's page of what is missing or wrong, however well the row's state looks."""


@dataclass(frozen=True, kw_only=True)
class State:
    """A state of a row, by its words and look."""

    label: Text
    tone: Tone = "plain"


@dataclass(frozen=True)
class Attached:
    """A document on its way in: its name, media type and bytes (at most 20 MiB)."""

    name: str
    media: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Doing(Generic[K]):
    """One act under way: the row, who acts (an unsaved person: a machine), the form's values and files, when, why."""

    entry: K
    person: Person
    values: Mapping[str, Any]
    now: datetime
    documents: Sequence[Attached] = ()
    reason: str = ""

    @property
    def by(self) -> Person | None:
        """Return the person who acts; None where a machine does."""
        return self.person if self.person.pk else None


Heed = Callable[[Doing[Any], Mapping[str, Any]], None]
"""What follows from an act elsewhere: it is given that act, and the fields of its row before it."""
Asks = Callable[[K, "Person", Mapping[str, Any]], Mapping[str, Any]]
"""What an act asks of the door before anything is written: of the row, the person and the form's values."""


@dataclass(frozen=True)
class DoorCall:
    """What an act has the door do in the person's name: a verb of the client and its fields as plain JSON.

    ``about`` names for the register what it is about.
    """

    verb: Literal["freeze", "unfreeze"]
    fields: Mapping[str, Any] = field(repr=False)
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class Act(Generic[K]):
    """Something that people do to a row.

    ``source`` are the states it is possible in (none named: all), ``to`` the state afterwards. ``does`` changes the
    row beyond its fields; it raises InvalidError naming a field where it cannot be. ``possible`` narrows further.
    ``tells`` returns what is shown once after the act and kept nowhere: words, and a secret such as a link.
    ``apart_from`` names acts: who did one of them last may not do this one. ``alone`` lets the only person who could
    do it do it all the same, with a reason, where the law asks for no second person. ``whose`` tells whether it is
    this person's to do.
    """

    name: str
    title: Text
    by: Roles
    source: frozenset[str] = frozenset()
    to: str | None = None
    fields: tuple[Field, ...] = ()
    does: Callable[[Doing[K]], None] | None = None
    possible: Callable[[K, datetime], bool] | None = None
    whose: Callable[[K, Person], bool] | None = None
    tells: Callable[[K], tuple[Text, str]] | None = None
    starts_with: Callable[[K], object | None] | None = None
    """What the form is filled with at first, where it is not the row itself."""
    apart_from: tuple[str, ...] = ()
    alone: bool = False
    proof: Literal["none", "may", "must"] = "may"
    reason: Literal["none", "may", "must"] = "may"
    grave: bool = False
    hint: Text | None = None
    duty: str | None = None
    asks: Asks[K] | None = None
    """What is asked of the door, in the person's name, before anything is written; its answer joins the values."""
    calls: Callable[[Doing[K]], Sequence[DoorCall]] | None = None
    """What the door does in the person's name once the act is written; it is tried until the door answers."""
    seals: bool = False
    """What is attached may hold users' information: whoever heeds the act keeps it sealed; evidence has its digest."""
    page: str | None = None
    """The name of the page that asks for this act, where it has one of its own; None: a form made of its fields."""
    follows: bool = False
    """It only follows from another act, or from what a machine found; nobody does it by hand."""


def following(name: str, title: Text, to: str, duty: str) -> Act[Any]:
    """Return an act that nobody does by hand: it follows from what a machine finds, or what a dispatch brings."""
    return Act(name=name, title=title, by=frozenset(), to=to, follows=True, duty=duty)


@dataclass(frozen=True, kw_only=True)
class Running:
    """A clock that a row has running: what is owed, since when, until when, by whom; ``met`` once it was done.

    Without ``due`` the law says "at once" and no number: the elapsed time is shown.
    """

    kind: str
    title: Text
    since: datetime
    due: datetime | None = None
    met: datetime | None = None
    roles: Roles = frozenset()
    person: int | None = None
    duty: str | None = None


@dataclass(frozen=True, kw_only=True)
class Part:
    """Rows of another model that belong to a row and are shown on its page: a title, columns, and how to find them."""

    title: Text
    columns: Sequence[tuple[Text, Callable[[Any], object]]]
    rows: Callable[[Any], Iterable[Any]]
    link: Callable[[Any], tuple[str, str]] | None = None
    """Register and number of the row that the first column leads to."""
    once_filled: bool = False
    """Shown only where there are such rows."""


@dataclass(frozen=True, kw_only=True)
class Page(Generic[K]):
    """A page of a register's own: its words, and the name of its address, of one row (by its number) or of the list.

    ``by`` tells to which roles it is offered, ``shown`` for which row and person besides. ``posts``: it does something,
    and is asked for by a button.
    """

    name: str
    title: Text
    of_row: bool = True
    by: Roles = EVERYBODY
    shown: Callable[[K, Person], bool] | None = None
    posts: bool = False


@dataclass(frozen=True, kw_only=True)
class Printed(Generic[K]):
    """A report that a register makes of a row: its name on the command line, its words, and how it is made.

    ``shown`` tells whether this row has it yet.
    """

    name: str
    title: Text
    make: Callable[[K, datetime], Report]
    shown: Callable[[K], bool] = lambda _entry: True


@dataclass(frozen=True, kw_only=True)
class Round:
    """What a register does by itself every so often; doing it again, or twice at once, must be harmless."""

    name: str
    every: timedelta
    run: Callable[[datetime], None]


@dataclass(frozen=True, kw_only=True)
class Speaks:
    """How a register speaks of a matter of the duties (``rules.duties.matters``): counted in SQL, never row by row.

    The fact knows no clock: it changes by acts alone, of this register or those that it ``heeds``.
    """

    matter: str
    fact: Callable[[], Fact]
    heeds: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Register(Generic[K]):
    """One register.

    ``prefix`` begins the numbers of its rows. ``creating`` is the act that makes a row. ``columns`` and ``filters``
    name fields; ``search`` names text columns that are looked through. ``entries`` tells which policy entries a row
    stands for now: ``kind/id`` to the entry, or None where there shall be none.
    """

    name: str
    prefix: str
    title: Text
    one: Text
    intro: Text
    model: type[K]
    duties: tuple[str, ...]
    fields: tuple[Field, ...]
    states: Mapping[str, State]
    creating: Act[K]
    acts: tuple[Act[K], ...]
    columns: tuple[str, ...]
    filters: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()
    """Relations that its columns read of, beside the fields that name rows: read with the list, not row by row."""
    seen_by: Roles = EVERYBODY
    narrows: Callable[[Person], Q | None] | None = None
    """Which rows a person sees (None: all of them), where that is not the same for all, such as what is put before
    each. Such a register is open to whoever works here, with a role or without one."""
    hides: Callable[[Person], Q | None] | None = None
    """Which rows of an otherwise open register a person never sees, in no list, search, export or page."""
    clocks: Callable[[K, datetime], Sequence[Running]] = lambda _entry, _now: ()
    entries: Callable[[K], Mapping[str, Entry | None]] = lambda _entry: {}
    declares: Callable[[K], bytes | None] = lambda _entry: None
    """The declaration file that the row wants published now; it is sent once."""
    declared: Callable[[K, Published], None] = lambda _entry, _answer: None
    """Takes in what the door answered to it."""
    concerns: Callable[[K], Sequence[tuple[str, int]]] = lambda _entry: ()
    """Rows of other registers (register, id) whose clocks look at this row: they are settled with it."""
    parts: tuple[Part, ...] = ()
    notes: Callable[[K, datetime], Sequence[Text]] = lambda _entry, _now: ()
    """Sentences shown on top of a row's page: what holds at the door now, what is missing."""
    rounds: tuple[Round, ...] = ()
    reports: tuple[Printed[K], ...] = ()
    """Beside the one that every row has: its content, clocks, history and documents."""
    pages: tuple[Page[K], ...] = ()
    look: Callable[[K, Person], None] | None = None
    """Brings a row in step with what the door knows of it, in the name of the person to whom it is being shown."""
    gather: Callable[[Person], object] | None = None
    """Lists rows that the door knows of and the register does not, before a person is shown the list."""
    under_way: Callable[[K], tuple[int, int] | None] = lambda _entry: None
    """How far something has come that goes on by itself, of how much; its page asks again until there is nothing."""
    heeds: Mapping[tuple[str, str], Heed] = field(default_factory=dict)
    """What follows here from an act elsewhere, by register and act."""
    speaks: tuple[Speaks, ...] = ()
    """What its rows tell of the duties."""
    from_files: bool = True
    """Whether rows may be taken in from a file: not where making one does what no mistake in a later line undoes."""
    group: Group = Group.HOUSE
    houses: frozenset[House] = OPERATORS
    """At whose desk it is kept: the operator's, the authority's console, an association's, or several."""
    takes: Mapping[str, Callable[[Arrived], Kept | None]] = field(default_factory=dict)
    """What follows here from a dispatch that has arrived, by its kind; it returns the row that it is about."""
    rests_on: Callable[[K], str] = lambda _entry: ""
    """The SHA-256 of the dispatch that the row's acts rest on, which the log then names; or nothing."""
    about: Callable[[K], Iterable[str]] | None = None
    """The operators (by number) whose matter a row is; None: those that its columns ``operator``,
    ``operator_name`` and ``peer`` name.
    Whoever has a tie to one of them does nothing to it (``registers.withdrawing``)."""
    order: int = 100
    """Its place within its group, and among all."""
    _by_name: dict[str, Field] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        """Index the fields."""
        self._by_name.update({each.name: each for each in self.fields})

    def rows(self) -> QuerySet[K]:
        """Return the register's rows, to be narrowed."""
        return self.model._default_manager.all()  # noqa: SLF001 - Django's own name for it, said here alone

    def model_fields(self) -> dict[str, Any]:
        """Return the fields of its rows as Django knows them, by name."""
        return {each.name: each for each in self.model._meta.get_fields()}  # noqa: SLF001 - as above

    def field(self, name: str) -> Field:
        """Return a field by name."""
        return self._by_name[name]

    @property
    def takes_files(self) -> bool:
        """Tell whether rows are taken in from files: not where each has a document or a page of its own."""
        return self.from_files and self.creating.proof != "must" and self.creating.page is None

    def title_of(self, act: str) -> Text:
        """Return the words for what happened: an act, a page's doing, or a state that was reached at the door."""
        found = self.find_act(act) or next((each for each in self.pages if each.name == act), None)
        if found is not None:
            return found.title
        return self.creating.title if act == self.creating.name or act not in self.states else self.states[act].label

    def act(self, name: str) -> Act[K]:
        """Return the act of this name; KeyError where there is none, which is a mistake of whoever wrote the name."""
        found = self.find_act(name)
        if found is None:
            raise KeyError(name)
        return found

    def find_act(self, name: str) -> Act[K] | None:
        """Return the act of a name that came from outside; None where there is none."""
        return next((each for each in self.acts if each.name == name), None)
