"""Judges a column by its name, type, comment, values and neighbours together, never by a single cell.

The rules, in the order in which they are asked:

* A name or comment that says the kind, and half of the cells being of it: the score ``named`` (with a check at
  least 0.97). Fewer cells: two thirds of it, from a twentieth on. No cells looked at: 0.6.
* A name that says nothing: three fifths of the cells (four fifths where the check may pass by chance, or where only the
  shape speaks), the score ``values_alone`` or ``alone``; one fifth of what is missing when the table holds something
  else of a person for sure.
* A name that says something else (an order, a price, a time) halves that, and so does a numeric type for what is text.
* Where no check holds for four fifths and several together do, each of them: a column of several kinds.
* Fewer than five cells: nine tenths of the score.
* Kinds that need neighbours (``beside``) are kept only next to one of them.
* In columns of sentences, values are counted and judged span by span, as in text; three of a kind that is not sure
  by itself (below 0.8), fewer in a column of fewer than thirty cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from shouze.discovery.detector import Detector
from shouze.discovery.finding import Finding, raised
from shouze.discovery.tally import Tally, words_of
from shouze.intake.names import item_named, squeezed
from shouze.language import Text

_OTHER = frozenset({
    "order", "ddh", "dd", "lsh", "serial", "seq", "trace", "batch", "price", "amount", "money", "fee", "cost", "je",
    "version", "ver", "total", "qty", "quantity", "num", "count", "sku", "barcode", "timestamp", "ts", "checksum",
    "crc", "订单号", "订单", "流水号", "流水", "序号", "批次", "价格", "金额", "数量", "版本", "单号", "运单号",
    "工单号", "条码", "时间戳", "编号", "校验和",
})  # fmt: skip
_AFFIXES = frozenset({
    "t", "f", "c", "v", "u", "fld", "field", "col", "column", "val", "value", "txt", "str", "code", "cd", "flag", "no",
    "num", "new", "old", "cur", "raw", "tmp", "bak", "user", "usr", "cust", "customer", "client", "member", "mem", "kh",
    "yh", "hy", "sub", "subscriber", "person", "psn", "my", "the", "1", "2", "3", "01", "02",
})  # fmt: skip
"""Words of a column's name that say nothing of what it holds."""
_BY_NAME_ONLY = 0.6
_SURE = 0.97
_FEW, _MOSTLY, _NEARLY_ALL, _HALF, _SOME = 5, 0.6, 0.8, 0.5, 0.05
_TELLING = 0.8
_UNSPECIFIC = frozenset({"text", "secret", "number", "date", "account", "blob"})


@dataclass(frozen=True)
class Claim:
    """A kind that a column may be, with its score, count and reason."""

    detector: int
    item: str
    score: float
    count: int
    reason: Text
    lonely: bool
    """Nothing but the values speaks for it, and nothing against it: neighbours may help."""


class ColumnJudge:
    """Judges the columns of one table together."""

    def __init__(self, detectors: Sequence[Detector], titles: Mapping[str, Text], at_least: float) -> None:
        """``titles`` are the items that may be, with their names; below ``at_least`` nothing is said."""
        self._detectors, self._titles, self._at_least = detectors, titles, at_least
        self._columns = {
            squeezed(name): number for number, each in enumerate(detectors) for name in each.columns.split()
        }

    def judge(self, source: str, table: str, columns: Sequence[Tally], *, looked: bool = True) -> list[Finding]:
        """Return the findings of a table; ``looked`` is False where only the schema was read."""
        claims = {place: self._claims(each, looked=looked) for place, each in enumerate(columns)}
        present = {claim.item for listed in claims.values() for claim in listed if claim.score >= self._at_least}
        sure = {place for place, listed in claims.items() if any(claim.score >= 0.85 for claim in listed)}
        findings = []
        for place, listed in claims.items():
            beside = bool(sure - {place})
            for claim in listed:
                detector = self._detectors[claim.detector]
                if detector.beside and not present & set(detector.beside):
                    continue
                score = raised(claim.score, 0.2) if beside and claim.lonely else claim.score
                if score >= self._at_least:
                    findings.append(self._finding(source, table, columns[place], claim, score))
        return findings

    def _claims(self, tally: Tally, *, looked: bool) -> list[Claim]:
        item, by_name = self._named(tally)
        if not tally.filled:
            return [] if looked else self._by_name(item, by_name)
        wholes = [] if tally.is_text else self._wholes(tally, item, by_name)
        return wholes or self._within(tally)

    def _by_name(self, item: str | None, by_name: set[int]) -> list[Claim]:
        why = Text("列名或注释说明了这一种类；没有查看值", "The column's name or comment says so; no values were read")
        return [Claim(each, item or self._detectors[each].item, _BY_NAME_ONLY, 0, why, lonely=False)
                for each in sorted(by_name)[:1]]  # fmt: skip

    def _named(self, tally: Tally) -> tuple[str | None, set[int]]:
        """Return the item that name or comment say, and the detectors for it."""
        last = tally.name.rpartition(".")[2]
        kept = "_".join(word for word in words_of(last) if word not in _AFFIXES)
        for words in (tally.name, last, kept, *tally.comment.replace("：", " ").split()[:1]):
            own = self._columns.get(squeezed(words)) if words else None
            item = item_named(words, self._titles) if words else None
            if own is not None:
                return None, {own}
            if item is not None:
                return item, {number for number, each in enumerate(self._detectors) if _serves(each, item)}
        return None, set()

    def _wholes(self, tally: Tally, item: str | None, by_name: set[int]) -> list[Claim]:
        contrary = not by_name and (item is not None or bool(_OTHER & {*words_of(tally.name), squeezed(tally.name)}))
        shares = {number: tally.share(number) for number in {*tally.whole, *tally.shaped}}
        checked = {number: share for number, share in shares.items()
                   if tally.whole[number] and share > 2 * self._detectors[number].chance}  # fmt: skip
        mixed = sum(checked.values()) >= _NEARLY_ALL > max(checked.values(), default=0)
        claims = []
        for number, share in shares.items():
            named = number in by_name
            score = self._score(number, share, named, mixed=mixed and number in checked)
            score *= 0.5 if contrary and not named else 1.0
            score *= 0.9 if tally.filled < _FEW else 1.0
            if score > 0:
                claim = self._claim(tally, number, item if named else None, score, share, named)
                claims.append(replace(claim, lonely=not named and not contrary))
        return _best(claims, shares)

    def _score(self, number: int, share: float, named: bool, *, mixed: bool) -> float:
        detector = self._detectors[number]
        if named:
            full = max(detector.named, _SURE) if detector.check and not detector.by_line else detector.named
            return full if share >= _HALF else full * 2 / 3 if share >= _SOME else 0.0
        enough = _NEARLY_ALL if detector.chance or detector.cell else _MOSTLY
        if share >= enough:
            return detector.unnamed
        return detector.unnamed * 0.9 if mixed and share > max(2 * detector.chance, _SOME) else 0.0

    def _claim(self, tally: Tally, number: int, item: str | None, score: float, share: float, named: bool) -> Claim:
        detector = self._detectors[number]
        count = tally.whole[number] or round(share * tally.filled)
        zh = f"{share:.0%} 的值相符：{detector.why.zh}" + ("；列名或注释也这样说" if named else "；列名未说明")
        en = f"{share:.0%} of the values fit: {detector.why.en}" + (
            "; the column's name or comment says so, too" if named else "; the column's name says nothing of it"
        )
        return Claim(number, _refined(detector, item), min(score, 0.99), count, Text(zh, en), lonely=not named)

    def _within(self, tally: Tally) -> list[Claim]:
        claims = []
        for number in sorted({*tally.within, *(tally.whole if tally.is_text else ())}):
            detector, inside = self._detectors[number], tally.within[number]
            whole = tally.whole[number] if tally.is_text else 0
            score = (tally.sureness[number] / 100 + whole * detector.alone) / (inside + whole)
            if detector.alone < _TELLING and inside + whole < min(3, tally.filled / 10):
                continue
            why = Text(f"夹在文字中：{detector.why.zh}", f"Inside of text: {detector.why.en}")
            claims.append(Claim(number, detector.item, score, inside + whole, why, lonely=False))
        return claims

    def _finding(self, source: str, table: str, tally: Tally, claim: Claim, score: float) -> Finding:
        detector = self._detectors[claim.detector]
        return Finding(
            source=source, place=f"{table}.{tally.name}", item=claim.item, kind=detector.id, count=claim.count,
            confidence=round(score, 2), reason=claim.reason, sample=tally.samples.get(claim.detector, ""),
            about=detector.about, of=tally.filled,
        )  # fmt: skip


def _serves(detector: Detector, item: str) -> bool:
    """Tell whether values of this item look like this detector's: contact-phone like phone, payee-card like cards."""
    return item == detector.item or item.endswith(f"-{detector.item}") or _same_form(detector, item)


def _same_form(detector: Detector, item: str) -> bool:
    return (
        detector.form not in _UNSPECIFIC
        and item.endswith(("-card", "-phone", "-id-number"))
        and (detector.form.rpartition("-")[2] == item.rpartition("-")[2])
    )


def _refined(detector: Detector, item: str | None) -> str:
    return item if item is not None and _serves(detector, item) else detector.item


def _best(claims: list[Claim], shares: Mapping[int, float]) -> list[Claim]:
    """Keep the surest claim, and others only for cells that it leaves."""
    kept: list[Claim] = []
    left = 1.05
    for claim in sorted(claims, key=lambda each: (-each.score, -shares[each.detector])):
        if shares[claim.detector] <= left:
            kept.append(claim)
            left -= shares[claim.detector]
    return kept
