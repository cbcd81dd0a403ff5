"""The report: one HTML file for the privacy office, in both languages, on screen, phone and paper, without scripts.

It says first how much was found and what to do first, then what lies where, then what was not read, and how to read
it. It holds masked samples only and loads nothing from anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib import resources
from itertools import groupby

from shouze.chinatime import SHANGHAI
from shouze.discovery.detector import Detector
from shouze.discovery.finding import told
from shouze.discovery.inventory import Entry, Inventory
from shouze.language import Language, Text
from shouze.rules.catalogue import Item

_MOST = 1_500
_FIRST = 8
_NAMED = 3
_GRADE = 5
_VERDICTS = {
    "declared": (Text("已申报", "declared"), "low"),
    "undeclared-item": (Text("未申报的信息", "undeclared item"), "high"),
    "undeclared-place": (Text("未申报的存放处", "undeclared place"), "mid"),
    "beyond-necessity": (Text("超出必要", "beyond necessity"), "high"),
    "copy-outside-custody": (Text("守则之外的副本", "a copy outside custody"), "high"),
    "past-retention": (Text("超过保存期限", "past its retention"), "high"),
    "plain-text": (Text("应加密而为明文", "plain text, must be sealed"), "high"),
    "outside": (Text("不属用户", "outside the Order"), "low"),
    "organisation": (Text("属于组织", "an organisation's"), "low"),
}
_HEADS = (
    Text("存放处", "Place"), Text("信息", "Information"), Text("数量", "Values"), Text("把握", "How sure"),
    Text("遮盖样本", "Masked sample"), Text("依据", "Why"),
)  # fmt: skip


def report(inventory: Inventory, detectors: Sequence[Detector], items: Mapping[str, Item], language: Language) -> str:
    """Return the page."""
    return _Page(inventory, detectors, items, language).html()


class _Page:
    def __init__(
        self, inventory: Inventory, detectors: Sequence[Detector], items: Mapping[str, Item], language: Language
    ) -> None:
        self._inventory, self._items, self._language = inventory, items, language
        self._titles = {each.id: each.title.text for each in detectors}
        self._people = [each for each in inventory.entries if each.about == "person"]

    def html(self) -> str:
        style = resources.files("shouze.discovery").joinpath("report.css").read_text(encoding="utf-8")
        title = Text("个人信息扫描报告", "Personal information: what a scan found")
        chosen = {name: " checked" if name == self._language else "" for name in ("zh", "en")}
        return "\n".join([
            "<!doctype html>", f'<html lang="{"zh-CN" if self._language == "zh" else "en"}">', "<head>",
            '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="robots" content="noindex">',
            """<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">""",
            f"<title>{escape(title.to(self._language))}</title><style>{style}</style></head><body>",
            "<header><fieldset><legend class=soft>语言 / Language</legend>",
            f'<label><input type="radio" name="language" id="zh"{chosen["zh"]}> 中文</label>',
            f'<label><input type="radio" name="language" id="en"{chosen["en"]}> English</label></fieldset>',
            f"<h1>{_both(title)}</h1>{self._when()}</header><main>",
            self._summary(), self._first(), self._kinds(), self._places(), self._unread(), _HOW,
            "</main></body></html>",
        ])  # fmt: skip

    def _when(self) -> str:
        at = self._inventory.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
        sources = sorted({each.source for each in self._inventory.entries}) or ["—"]
        listed = escape(", ".join(sources[:12]))
        return f'<p class="soft">{at} (UTC+8) · <code>{listed}</code></p>'

    def _summary(self) -> str:
        found, read = self._inventory, self._inventory.bytes / 1e6
        places = len({(each.source, each.place) for each in self._people})
        kinds = {each.item for each in self._people}
        sensitive = sum(self._is_sensitive(item) for item in kinds)
        values = sum(each.count for each in self._people)
        lead = Text(
            f"在 {places} 处发现 {len(kinds)} 种个人信息，其中 {sensitive} 种是敏感个人信息。"
            if places else "没有发现个人信息。",
            f"Personal information of {len(kinds)} kinds lies in {places} places; sensitive kinds: {sensitive}."
            if places else "No personal information was found.",
        )  # fmt: skip
        cards = [
            (f"{places:,}", Text("处存放", "places")), (f"{len(kinds):,}", Text("种信息", "kinds")),
            (f"{sensitive:,}", Text("种敏感信息", "sensitive kinds")), (f"{values:,}", Text("个值", "values")),
            (f"{len(found.unread):,}", Text("处未能读取", "not read")),
            (f"{found.parts:,}", Text(f"个文件或表，{read:,.1f} MB", f"files and tables, {read:,.1f} MB")),
        ]  # fmt: skip
        listed = "".join(f"<li><strong>{number}</strong>{_both(words)}</li>" for number, words in cards)
        return f'<p class="lead">{_both(lead)}</p><ul class="cards">{listed}</ul>'

    def _first(self) -> str:
        urgent = sorted((each for each in self._people if each.verdict not in {"declared", "outside"}),
                        key=lambda each: (-self._weight(each), -each.count))  # fmt: skip
        if not urgent:
            return ""
        steps: dict[tuple[str, str | None], list[Entry]] = {}
        for each in urgent:
            steps.setdefault((each.item, each.verdict), []).append(each)
        rows = "".join(self._step(listed) for listed in list(steps.values())[:_FIRST])
        return f"<h2>{_both(Text('先处理这些', 'What to look at first'))}</h2><ol>{rows}</ol>"

    def _step(self, entries: Sequence[Entry]) -> str:
        count = sum(each.count for each in entries)
        places = "、".join(f"<code>{escape(each.place)}</code>" for each in entries[:_NAMED])
        more = len(entries) - _NAMED
        rest = f" {_both(Text(f'等另外 {more} 处', f'and {more} more'))}" if more > 0 else ""
        return (
            f"<li><strong>{_both(self._title(entries[0].item))}</strong> × {count:,} {self._verdict(entries[0])}<br>"
            f"{places}{rest}{self._known(entries)}<br>{_both(self._advice(entries[0]))}</li>"
        )

    def _known(self, entries: Sequence[Entry]) -> str:
        """Return how many users are in the place that holds most of them, with that place."""
        most = max(entries, key=lambda each: each.known.subjects if each.known else 0)
        if most.known is None or not most.known.telling:
            return ""
        return f"<br><code>{escape(most.place)}</code>: <strong>{_both(told(most.known))}</strong>"

    def _kinds(self) -> str:
        def key(entry: Entry) -> str:
            return entry.item

        rows = []
        for item, entries in groupby(sorted(self._people, key=key), key=key):
            listed = list(entries)
            rows.append((self._grade(item), sum(each.count for each in listed), item,
                         len({(each.source, each.place) for each in listed})))  # fmt: skip
        if not rows:
            return ""
        body = "".join(
            f'<tr><th scope="row">{_both(self._title(item))}</th>{_cell(self._grade_tag(item), _GRADES)}'
            f"{_cell(f'{places:,}', _PLACES, number=True)}{_cell(f'{count:,}', _VALUES, number=True)}</tr>"
            for _, count, item, places in sorted(rows, reverse=True)
        )
        return (f"<h2>{_both(Text('发现了哪些信息', 'What was found'))}</h2>"
                + _table((Text("信息", "Information"), _GRADES, _PLACES, _VALUES), body))  # fmt: skip

    def _places(self) -> str:
        entries = sorted(self._inventory.entries, key=lambda each: (each.source, each.place, -self._weight(each)))
        if not entries:
            return ""
        sections = [f"<h2>{_both(Text('放在哪里', 'What lies where'))}</h2>"]
        for source, listed in groupby(entries[:_MOST], key=lambda each: each.source):
            body = "".join(map(self._row, listed))
            sections.append(f"<h3><code>{escape(source)}</code></h3>{_table(_HEADS, body)}")
        if len(entries) > _MOST:
            more = len(entries) - _MOST
            sections.append(
                f"<p>{_both(Text(f'另有 {more} 处，见清单文件。', f'{more} more: see the inventory.'))}</p>"
            )
        return "".join(sections)

    def _row(self, entry: Entry) -> str:
        lines = entry.findings > 1 or entry.first != entry.place
        where = Text(f"{entry.findings} 行，首处 {entry.first.rpartition(':')[2]} 行",
                     f"in {entry.findings} lines, first line {entry.first.rpartition(':')[2]}")  # fmt: skip
        place = f"<code>{escape(entry.place)}</code>" + (
            f'<br><span class="soft">{_both(where)}</span>' if lines else ""
        )
        if entry.known is not None:
            level = "high" if entry.known.telling else "low"
            place += f'<br><span class="known tag {level}">{_both(told(entry.known))}</span>'
        title = self._titles.get(entry.kind)
        kind = f'<br><span class="soft">{_both(title)}</span>' if title and title != self._title(entry.item) else ""
        return (
            f'<tr><th scope="row">{place}</th>'
            f"{_cell(f'{_both(self._title(entry.item))} {self._grade_tag(entry.item)}{kind}', _HEADS[1])}"
            f"{_cell(f'{entry.count:,}', _HEADS[2], number=True)}{_cell(_sureness(entry.confidence), _HEADS[3])}"
            f"{_cell(f'<code>{escape(entry.sample)}</code>', _HEADS[4])}"
            f"{_cell(f'{self._verdict(entry)} <span class=why>{_both(entry.reason)}</span>', _HEADS[5])}</tr>"
        )

    def _unread(self) -> str:
        gaps = self._inventory.unread
        title = f"<h2>{_both(Text('没有读到的', 'What was not read'))}</h2>"
        if not gaps:
            return f"{title}<p>{_both(Text('全部读到。', 'Everything was read.'))}</p>"
        listed = "".join(f"<li><code>{escape(each.place)}</code>: {_both(each.reason)}</li>" for each in gaps[:200])
        note = Text("这些地方可能仍有个人信息。", "There may be personal information in these still.")
        return f"{title}<p>{_both(note)}</p><ul>{listed}</ul>"

    def _title(self, item: str) -> Text:
        found = self._items.get(item)
        return found.text if found else Text(item, item)

    def _grade(self, item: str) -> int:
        found = self._items.get(item)
        return found.grade if found else 0

    def _is_sensitive(self, item: str) -> bool:
        found = self._items.get(item)
        return found is not None and found.sensitive

    def _grade_tag(self, item: str) -> str:
        if self._is_sensitive(item):
            return f'<span class="tag high">{_both(Text("敏感", "sensitive"))}</span>'
        grade = self._grade(item)
        level = "mid" if grade >= _GRADE - 1 else "low"
        return f'<span class="tag {level}">{_both(Text(f"{grade} 级", f"grade {grade}"))}</span>'

    def _weight(self, entry: Entry) -> float:
        level = _VERDICTS[entry.verdict][1] if entry.verdict else ""
        return self._grade(entry.item) * entry.confidence + (2 if level == "high" else 0)

    def _verdict(self, entry: Entry) -> str:
        if entry.verdict is None:
            return ""
        words, level = _VERDICTS[entry.verdict]
        return f'<span class="tag {level}">{_both(words)}</span>'

    def _advice(self, entry: Entry) -> Text:
        if entry.item == "password":
            return Text("口令不应以明文存放：更换口令，只留加盐散列。",
                        "Passwords must not lie in plain text: change them, keep salted hashes only.")  # fmt: skip
        if entry.verdict == "undeclared-item":
            return Text("规则没有申报这项信息：确有必要则申报并征得同意，否则停止收集并删除。",
                        "No rule declares it: declare it with consent where necessary, else erase it.")  # fmt: skip
        if entry.verdict == "beyond-necessity":
            return Text("该业务不需要这项信息：停止收集并删除。", "This service does not need it: stop and erase it.")
        if entry.verdict == "past-retention":
            return Text("已过声明的保存期限：删除这些行，并查清为何没有删除。",
                        "Kept longer than was declared: erase those rows, and find out why they stayed.")  # fmt: skip
        if entry.verdict == "copy-outside-custody":
            return Text("这是守则中用户信息的副本：删除，或登记此处并说明用途。",
                        "A copy of what custody holds: erase it, or declare the place and what it is for.")  # fmt: skip
        if self._is_sensitive(entry.item):
            return Text("核对是否必要；必要则收入守则加密保管，否则删除。",
                        "Check whether it is necessary; if so, take it into custody, sealed; else erase.")  # fmt: skip
        return Text("核对用途和存放处，补申报或删除。", "Check purpose and place; declare it, or erase it.")


_GRADES, _PLACES, _VALUES = Text("级别", "Grade"), Text("处", "Places"), Text("个值", "Values")
_NUMBERS = (_PLACES, _VALUES, _HEADS[2])
_HOW_ZH = (
    "“把握”由规则算出：值的校验、列名和注释、同表其他列、旁边的字样都算在内；没有一项发现只凭一个单元格。"
    "样本已遮盖，本报告不含任何原值。一处指一个文件，或一个表的一列。图片中的文字没有识别。"
    "依据：工业和信息化部令第 24 号第四条所称用户个人信息。"
)
_HOW_EN = (
    "How sure is worked out by stated rules: checks of the values, names and comments of columns, their neighbours, "
    "and the words beside a value; nothing rests on a single cell of a column. Samples are masked: no original value "
    "is in this report. A place is a file, or a column of a table. Text in pictures was not read. Personal "
    "information is what Article 4 of MIIT Order No. 24 calls so."
)


def _both(words: Text) -> str:
    zh, en = escape(words.zh), escape(words.en)
    return zh if zh == en else f'<span class="zh" lang="zh-CN">{zh}</span><span class="en" lang="en">{en}</span>'


_HOW = f'<footer class="soft"><p>{_both(Text(_HOW_ZH, _HOW_EN))}</p></footer>'


def _sureness(score: float) -> str:
    words = (
        Text("很高", "very sure")
        if score >= 0.9
        else Text("高", "sure")
        if score >= 0.75
        else Text("请核对", "check it")
    )
    return f"{_both(words)} {score:.0%}"


def _cell(content: str, head: Text, *, number: bool = False) -> str:
    kind = ' class="number"' if number else ""
    return f'<td{kind} data-zh="{escape(head.zh)}" data-en="{escape(head.en)}">{content}</td>'


def _table(heads: Iterable[Text], body: str) -> str:
    listed = "".join(
        f'<th scope="col"{" class=number" if each in _NUMBERS else ""}>{_both(each)}</th>' for each in heads
    )
    return ('<div class="wide" tabindex="0"><table class="stack">'
            f"<thead><tr>{listed}"
            f"</tr></thead><tbody>{body}</tbody></table></div>")  # fmt: skip
