"""How much one act may be fined: the band, the one highest fine across instruments (Penalty Law 29), and why not more.

# Invariant: a fine that ``objection`` lets through lies within the band of the highest provision that applies, or below
it on a named ground of Article 32.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Literal, NamedTuple

import msgspec

from shouze.language import Text
from shouze.rules.citing import article_words
from shouze.rules.penalty.instruments import Penalties
from shouze.rules.penalty.rows import Penalty

CONFISCATION = "confiscation"
Gravity = Literal["ordinary", "heavier", "lighter", "mitigated"]


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One act as it is judged: the Order's articles it broke, when it ended (or today, while it goes on), how grave.

    ``refused``: an order to correct was not obeyed in time. ``gains`` and ``turnover`` (of the last year) in yuan.
    """

    articles: frozenset[str]
    ended: date
    refused: bool = False
    grave: bool = False
    gains: int = 0
    turnover: int = 0


class Band(NamedTuple):
    """The least and the most that may be fined, in whole yuan."""

    least: int
    most: int


class Objection(NamedTuple):
    """Why a penalty is not lawful: the field, the reason, and what to do."""

    field: str
    reason: Text
    remedy: Text


def applies(penalty: Penalty, act: Act) -> bool:
    """Tell whether a provision covers an act."""
    in_force = penalty.effective <= act.ended and (penalty.until is None or act.ended <= penalty.until)
    reached = (act.refused or not penalty.refused) and (act.grave or not penalty.grave)
    return in_force and reached and any(_names(penalty, each) for each in act.articles)


def _names(penalty: Penalty, article: str) -> bool:
    return article in penalty.articles or article.partition("(")[0] in penalty.articles


def band(penalty: Penalty, act: Act) -> Band | None:
    """Return the band that a provision gives for an act; None where it fines nobody."""
    if penalty.times_gains is not None and act.gains > 0:
        return Band(penalty.times_gains[0] * act.gains, penalty.times_gains[1] * act.gains)
    if penalty.fine is None:
        return None
    least = penalty.fine.over + 1 if penalty.fine.over is not None else penalty.fine.at_least or 1
    most = penalty.fine.up_to
    if penalty.turnover_percent is not None:
        most = max(most, act.turnover * penalty.turnover_percent // 100)
    return Band(least, most)


def highest(penalties: Penalties, act: Act) -> Penalty | None:
    """Return the provision whose fine is the highest: one act is fined once, by that one (Penalty Law 29)."""
    found = [(bounds.most, bounds.least, each) for each in penalties.penalties.values()
             if applies(each, act) and (bounds := band(each, act)) is not None]  # fmt: skip
    return max(found, key=lambda each: each[:2])[2] if found else None


def objection(
    penalties: Penalties, act: Act, chosen: str, fine: int, gravity: Gravity, grounds: Collection[str]
) -> Objection | None:  # fmt: skip
    """Return why a penalty may not be imposed as it is proposed; None where it may."""
    penalty = penalties.penalties.get(chosen)
    if penalty is None or not applies(penalty, act):
        return _not_this(penalties, penalty, act)
    best = highest(penalties, act)
    if best is not None and best.id != chosen and (fine or not (best.fine and best.fine.optional)):
        return _higher(penalties, best)
    if gravity in ("lighter", "mitigated") and not any(_effect(penalties, each) == "lighter" for each in grounds):
        return Objection("grounds", Text("从轻、减轻没有写明依据", "A lighter penalty needs its ground"),
                         Text("选择行政处罚法第三十二条的情形", "Choose a case of Penalty Law 32"))  # fmt: skip
    return _within(penalty, band(penalty, act), fine, gravity)


def measures_of(penalties: Penalties, act: Act, chosen: Penalty) -> frozenset[str]:
    """Return the measures that may stand in a decision: those of the provision that fines, and the Order's own.

    Only the fine is one (Penalty Law 29): where another law fines higher, a warning and the announcement of the Order
    that was broken as well may still be made.
    """
    own = (each for each in penalties.penalties.values() if each.sanction is not None and applies(each, act))
    return frozenset(chosen.measures).union(*(each.measures for each in own))


def no_penalty(penalties: Penalties, grounds: Collection[str]) -> Objection | None:
    """Return why a breach may not go without a penalty; None where a ground of Article 33 is named."""
    if any(_effect(penalties, each) in ("none", "may-be-none") for each in grounds):
        return None
    return Objection("grounds", Text("不予处罚没有写明依据", "No penalty needs its ground"),
                     Text("选择行政处罚法第三十三条的情形", "Choose a case of Penalty Law 33"))  # fmt: skip


def may_ask_for_hearing(penalties: Penalties, penalty: Penalty, fine: int, measures: Collection[str], *,
                        natural: bool, gains: int = 0) -> bool:  # fmt: skip
    """Tell whether what is proposed gives the party the right to a hearing (Penalty Law 63).

    Illegal gains that are confiscated count by the same amount as a fine: the article names both.
    """
    large = penalties.hearing.natural if natural else penalties.hearing.legal
    taken = gains if CONFISCATION in set(measures) & set(penalty.measures) else 0
    return max(fine, taken) >= large or bool(set(measures) & set(penalty.measures) & set(penalties.hearing.measures))


def _effect(penalties: Penalties, ground: str) -> str:
    found = penalties.grounds.get(ground)
    return found.effect if found else ""


def _not_this(penalties: Penalties, penalty: Penalty | None, act: Act) -> Objection:
    best = highest(penalties, act)
    remedy = Text("没有可以适用的罚则", "No provision fines it") if best is None else _words(penalties, best)
    reason = Text("所选罚则不适用于此行为", "The provision chosen does not cover this act")
    if penalty is not None and penalty.refused and not act.refused:
        reason = Text("须先责令改正而拒不改正，才可以依此处罚",
                      "It fines only who did not obey an order to correct")  # fmt: skip
    elif penalty is not None and penalty.until is not None and act.ended > penalty.until:
        reason = Text(f"该条文适用至 {penalty.until}", f"That text was in force until {penalty.until}")
    return Objection("instrument", reason, remedy)


def _higher(penalties: Penalties, best: Penalty) -> Objection:
    reason = Text("同一违法行为按罚款数额高的规定处罚（行政处罚法第二十九条）",
                  "One act is fined once, by the provision with the highest fine (Penalty Law 29)")  # fmt: skip
    return Objection("instrument", reason, _words(penalties, best))


def _words(penalties: Penalties, penalty: Penalty) -> Text:
    name = penalties.names[penalty.instrument]
    article = article_words(penalty.article)
    return Text(f"适用{name.zh}{article.zh}", f"Apply {article.en} of the {name.en}")


def _within(penalty: Penalty, bounds: Band | None, fine: int, gravity: Gravity) -> Objection | None:
    if bounds is None:
        reason = Text("该条文没有规定罚款", "That provision has no fine")
        return Objection("fine", reason, Text("填 0", "Give 0")) if fine else None
    told = Text(f"幅度为 {bounds.least:,} 元至 {bounds.most:,} 元",
                f"The band is RMB {bounds.least:,} to {bounds.most:,}")  # fmt: skip
    if fine == 0:
        if penalty.fine is not None and penalty.fine.optional:
            return None
        return Objection("fine", Text("该条文规定应当并处罚款", "That provision requires a fine"), told)
    if fine > bounds.most:
        return Objection("fine", Text("罚款高于法定幅度", "The fine is above the band"), told)
    if fine < bounds.least and gravity != "mitigated":
        remedy = Text(f"{told.zh}；低于下限须依第三十二条减轻处罚",
                      f"{told.en}; below it only as mitigated under Penalty Law 32")  # fmt: skip
        return Objection("fine", Text("罚款低于法定幅度", "The fine is below the band"), remedy)
    return None
