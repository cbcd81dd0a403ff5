"""What a user is asked and has agreed to, purpose by purpose: what stands, what is asked anew, and for what of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shouze.client import ConsentOfOwn, PurposeOfOwn, ServiceOfOwn, Stands
from shouze.language import Text
from shouze.portal.ports import GIVEN
from shouze.portal.words import Words
from shouze.registers.declarations import comparing
from shouze.rules.declaration import Declaration, Purpose

State = Literal["agreed", "withdrawn", "never", "outdated"]
STATES: dict[State, Text] = {
    "agreed": Text("已同意", "Agreed"), "withdrawn": Text("已撤回", "Withdrawn"), "never": Text("未同意", "Not agreed"),
    "outdated": Text("规则已变，需重新确认", "The rules changed; please decide again"),
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One purpose that rests on consent, with the text that is shown and where the user stands."""

    service: str
    purpose: Purpose
    version: int
    name: Text
    how: Text
    kept: Text
    state: State
    consent: ConsentOfOwn | None
    necessary: list[tuple[str, Text, Text]]
    """Items that come with agreeing: id, words, what follows a refusal; an only item is what the purpose is about."""
    optional: list[tuple[str, Text, Text]]
    recipients: list[tuple[str, Text]]
    changes: list[tuple[Text, Text]]
    """What changed since the user agreed, where that is why they are asked anew."""
    agreed: list[Text]
    """The items that the user agreed to, while that stands."""
    agreed_items: frozenset[str] = frozenset()
    agreed_recipients: frozenset[str] = frozenset()
    """What the user ticked, while that stands: agreeing anew with fewer of them takes the others back."""

    @property
    def words(self) -> Text:
        """Return where the user stands, in words."""
        return STATES[self.state]

    @property
    def given(self) -> bool:
        """Tell whether a consent stands."""
        return self.state == "agreed"

    @property
    def changeable(self) -> bool:
        """Tell whether agreeing anew would change anything: a consent that stands is changed by its choices alone."""
        return not self.given or bool(self.optional or self.recipients)


def asked_of(stands: Stands, words: Words) -> list[tuple[ServiceOfOwn, Text, list[Asked]]]:
    """Return every purpose that rests on consent, of the services that the user uses."""
    found = []
    for each in stands.services:
        whole = words.declared.get(each.service)
        if whole is not None and each.left is None:
            rules = {rule.purpose: rule for rule in each.purposes}
            asked = [
                _asked(stands, each, rules[purpose.id], purpose, whole)
                for purpose in whole.purposes
                if purpose.ground == "consent" and purpose.id in rules
            ]
            found.append((each, words.service(each.service), asked))
    return found


def find(stands: Stands, words: Words, service: str, purpose: str) -> Asked | None:
    """Return one purpose as the user is asked."""
    listed = (each for _, _, asked in asked_of(stands, words) for each in asked)
    return next((each for each in listed if (each.service, each.purpose.id) == (service, purpose)), None)


def is_minor(stands: Stands) -> bool:
    """Tell whether the user is held to be under 14, for whom a guardian agrees (PIPL 31)."""
    return any(each.item == "minor" for each in stands.held)


def _asked(stands: Stands, service: ServiceOfOwn, rule: PurposeOfOwn, purpose: Purpose, whole: Declaration) -> Asked:
    given = next(
        (each for each in stands.consents if (each.service, each.purpose) == (service.service, purpose.id)), None
    )
    state = _state(given, rule)
    standing = given if state == "agreed" else None
    parties = {each.id: each for each in whole.recipients}
    names = {each.item: comparing.item_words(each.item, whole) for each in purpose.items}
    told = [(each.item, names[each.item], Text(each.refusal.zh, each.refusal.en), each.need) for each in purpose.items]
    return Asked(
        service.service, purpose, service.version or 1, Text(purpose.name.zh, purpose.name.en),
        Text(purpose.how.zh, purpose.how.en), comparing.retention(purpose), state, given,
        [each[:3] for each in told if each[3] == "necessary" or len(told) == 1],
        [each[:3] for each in told if each[3] == "optional" and len(told) > 1],
        [(name, Text(parties[name].name.zh, parties[name].name.en)) for name in purpose.recipients if name in parties
         and parties[name].ground == "consent"],
        _changes(given, purpose, whole) if state == "outdated" and given else [],
        [comparing.item_words(item, whole) for item in standing.items] if standing else [],
        frozenset(standing.items if standing else ()), frozenset(standing.recipients if standing else ()),
    )  # fmt: skip


def _state(given: ConsentOfOwn | None, rule: PurposeOfOwn) -> State:
    if given is None:
        return "never"
    if given.withdrawn_at is not None:
        return "withdrawn"
    # A09-1-consent: a changed declaration asks anew, and only for what changed
    stale = given.version < rule.since or any(given.version < rule.items.get(item, 0) for item in given.items)
    return "outdated" if stale else "agreed"


def _changes(given: ConsentOfOwn, purpose: Purpose, whole: Declaration) -> list[tuple[Text, Text]]:
    versions = GIVEN.public.versions(whole.service)
    row = next((each for each in versions if each.published_version == given.version), None)
    if row is None:
        return []
    where = Text(purpose.name.zh, purpose.name.en)
    differences = comparing.compare(row.declaration, whole).differences
    return [(comparing.KINDS[each.kind], each.what) for each in differences if each.where == where]
