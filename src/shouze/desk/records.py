"""Searching the door's handling records, exporting them with proofs, importing attested ones.

What is looked for comes in the body; each search is asked in the person's name, for a purpose, and is recorded.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from shouze.client import ClientError, FoundRecord, FoundRecords, Place, Proved, Tallied
from shouze.desk.charts import by_hour
from shouze.errors import InvalidError, UnavailableError
from shouze.language import Text
from shouze.registers import vocabulary
from shouze.registers.asking import asked_of_door
from shouze.registers.describing import Choices
from shouze.registers.dooring import send_waiting
from shouze.registers.finding import registers
from shouze.registers.people.models import Person
from shouze.registers.records.importing import COLUMNS, import_csv
from shouze.registers.records.register import BY
from shouze.registers.roles import OVERSEEING
from shouze.registers.saying import words_of
from shouze.web.forms import MISSING
from shouze.web.pages.asking import person_of
from shouze.web.pages.exporting import guarded
from shouze.web.reading import say

PAGE, MOST_PROOFS = 50, 100
LARGEST = 2 * 1024 * 1024
PURPOSES = {
    "investigation": Text("事件调查", "Investigating an incident"),
    "supervision": Text("监督检查、自查", "Supervision, self-inspection"),
    "user-request": Text("答复用户", "Answering a user"),
    "order": Text("管理机构的要求", "The authority's demand"),
}
OUTCOMES = {
    "permitted": Text("许可", "Permitted"), "refused": Text("拒绝", "Refused"), "failed": Text("失败", "Failed"),
    "fewer": Text("部分", "Fewer"), "noted": Text("登记", "Noted"),
}  # fmt: skip
_MOMENT = "%Y-%m-%dT%H:%M"


class SearchForm(forms.Form):
    """What for, why, and what is looked for."""

    def __init__(self, given: Any = None) -> None:
        """Offer what is declared now."""
        super().__init__(given, use_required_attribute=False)
        needed: dict[str, Any] = {"error_messages": {"required": say(MISSING)}}
        self.fields["purpose"] = forms.ChoiceField(
            label=say(Text("查阅目的", "Purpose")), choices=_offered(PURPOSES), **needed
        )
        self.fields["reason"] = forms.CharField(
            label=say(Text("理由", "Reason")), max_length=500, help_text=say(_REASON), **needed
        )
        self.fields["subject"] = forms.RegexField(
            r"^[0-9a-z]{26}$", label=say(Text("用户编号", "The user's id")), required=False,
            widget=forms.TextInput({"autocomplete": "off"}),
            error_messages={"invalid": say(Text("不是用户编号", "That is no user's id"))},
        )  # fmt: skip
        for name, (label, offered) in _SOUGHT.items():
            choices = offered() if callable(offered) else offered
            if choices is None:
                self.fields[name] = forms.CharField(label=say(label), max_length=128, required=False)
            else:
                options = [("", "—"), *_offered(choices)]
                self.fields[name] = forms.ChoiceField(label=say(label), choices=options, required=False)
        for name, label in (("since", Text("自", "From")), ("until", Text("至", "Until"))):
            widget = forms.DateTimeInput({"type": "datetime-local"}, format=_MOMENT)
            self.fields[name] = forms.DateTimeField(
                label=say(label), required=False, widget=widget, input_formats=[_MOMENT]
            )

    def sought(self) -> dict[str, Any]:
        """Return what is looked for, as the door is asked."""
        return {name: value for name, value in self.cleaned_data.items() if value}


_REASON = Text("写明事由或编号；不写用户姓名、号码", "Say why, or its number; no user's name or number")
_SOUGHT: dict[str, tuple[Text, Any]] = {
    "actor": (Text("人员或账号", "Person or account"), None),
    "agent": (Text("代理人", "Agent"), vocabulary.agents),
    "service": (Text("业务", "Service"), vocabulary.services),
    "item": (Text("信息项", "Item"), vocabulary.items),
    "site": (Text("场所", "Site"), None),
    "act": (Text("处理方式", "Action"), vocabulary.actions),
    "outcome": (Text("结果", "Outcome"), OUTCOMES),
}


@login_required
@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Search, and count what was found; a following page is asked for with the same form."""
    person = _overseer(request)
    form = SearchForm(request.POST if request.method == "POST" else None)
    shown: dict[str, Any] = {"form": form, "outcomes": OUTCOMES, "most": MOST_PROOFS}
    status = 200
    if form.is_bound and not form.is_valid():
        status = 422
    elif form.is_bound:
        cursor = request.POST.get("cursor", "")
        try:
            found = _search(person, form.sought(), int(cursor) if cursor.isdecimal() else None)
            shown["tally"] = tally = _tally(person, form.sought()) if not cursor else None
            if tally and tally.hours:
                shown["hours"] = by_hour(tally.hours, form.sought()["actor"])
            shown["found"], shown["rows"] = found, _rows(found.records)
            shown["counts"] = _counts(shown["tally"])
            shown["kept"] = [(name, request.POST.get(name, "")) for name in form.fields]
        except (ClientError, InvalidError, UnavailableError) as problem:
            shown["refused"], status = words_of(problem), problem.kind.status
    return render(request, "desk/records.html", shown, status=status)


@login_required
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Give the chosen records with their proofs as one file: for an investigation, checkable by anybody."""
    person = _overseer(request)
    form = SearchForm(request.POST)
    if not form.is_valid():
        return render(request, "desk/records.html", {"form": form, "outcomes": OUTCOMES}, status=422)
    sought = form.sought()
    try:
        records = _search(person, sought, None, MOST_PROOFS).records
        why = {"purpose": sought["purpose"], "reason": sought["reason"], "place": _place(person)}
        places = [each.index for each in records]
        proved = asked_of_door(person, lambda door: door.prove_records(**why, records=places)) if places else None
    except (ClientError, InvalidError, UnavailableError) as problem:
        shown = {"form": form, "outcomes": OUTCOMES, "refused": words_of(problem)}
        return render(request, "desk/records.html", shown, status=problem.kind.status)
    answer = HttpResponse(_packed(records, proved), content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="records-{timezone.localdate()}.zip"'
    return answer


@login_required
@require_http_methods(["GET", "POST"])
def take_in(request: HttpRequest) -> HttpResponse:
    """Import attested records from a CSV file, all or none."""
    person, problem = person_of(request), None
    if not BY & person.roles:
        raise PermissionDenied
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            count = import_csv(_content(file), person)
        except InvalidError as wrong:
            problem = wrong
        else:
            send_waiting()
            messages.success(request, say(Text("已导入 {n} 条", "{n} records imported").fill(n=count)))
            return redirect("listing", "records")
    shown = {
        "problem": problem.say("zh" if say(Text("z", "e")) == "z" else "en") if problem else "",
        "columns": COLUMNS,
    }
    return render(request, "desk/records_import.html", shown, status=422 if problem else 200)


def _content(file: Any) -> bytes:
    if file is None or (file.size or 0) > LARGEST:
        raise InvalidError(Text("请选择 2 MiB 以内的文件", "Choose a file of 2 MiB at most"), field="file")
    content: bytes = file.read()
    return content


def _overseer(request: HttpRequest) -> Person:
    person = person_of(request)
    if not OVERSEEING & person.roles:
        raise PermissionDenied
    return person


def _search(person: Person, sought: dict[str, Any], cursor: int | None, limit: int = PAGE) -> FoundRecords:
    asked = {**sought, "order": "newest", "limit": limit, "place": _place(person)}
    if cursor is not None:
        asked["cursor"] = cursor
    return asked_of_door(person, lambda door: door.search_records(**asked))


def _tally(person: Person, sought: dict[str, Any]) -> Tallied:
    return asked_of_door(person, lambda door: door.tally_records(**sought, place=_place(person)))


def _place(person: Person) -> Place:
    return Place(site=person.site or None)


def _rows(records: Sequence[FoundRecord]) -> list[dict[str, Any]]:
    """Return the records in words, which are asked for once; ids stand beside as they are in the log."""
    known: dict[str, Choices] = {
        "service": vocabulary.services(), "agent": vocabulary.agents(), "post": vocabulary.posts(),
        "refused_for": vocabulary.purposes(),
    }  # fmt: skip
    items = vocabulary.items()
    return [
        {
            "record": each, "act": _act(each.act), "items": vocabulary.named(items, each.items) if each.items else "",
            "outcome": OUTCOMES.get(each.outcome, Text(each.outcome, each.outcome)),
            **{name: words.get(getattr(each, name) or "", getattr(each, name)) for name, words in known.items()},
        }
        for each in records
    ]  # fmt: skip


def _counts(tally: Tallied | None) -> list[tuple[Text, list[tuple[object, int]]]]:
    """Return what was counted, by day, item and action, in words."""
    if tally is None:
        return []
    items = vocabulary.items()
    return [
        (Text("按日", "By day"), [*tally.days.items()]),
        (Text("按信息项", "By item"), [(items.get(name, name), n) for name, n in tally.items.items()]),
        (Text("按处理方式", "By action"), [(_act(name), n) for name, n in tally.acts.items()]),
    ]


def _act(name: str) -> Text:
    """Return the words for what a record says was done: an action, its check, an act upon a register, a look."""
    if (found := vocabulary.ACTION_WORDS.get(name)) is not None:
        return found
    if name.startswith("check-"):
        return Text("检查：{act}", "Check: {act}").fill(act=_act(name.removeprefix("check-")))
    for register in registers().values():
        if name.startswith(f"{register.name}-"):
            act = register.find_act(name.removeprefix(f"{register.name}-")) or register.creating
            return Text("{register}：{act}", "{register}: {act}").fill(register=register.title, act=act.title)
    return _OTHERS.get(name, Text(name, name))


_OTHERS = {
    "inspect-records": Text("查阅操作记录", "Looked at records"),
    "tally-records": Text("统计操作记录", "Counted records"),
    "prove-records": Text("证明操作记录", "Proved records"),
    "boot": Text("启动", "Start"), "shutdown": Text("停止", "End"), "heartbeat": Text("运行中", "Running"),
    "publish": Text("公布策略", "Policy published"),
}  # fmt: skip


def _packed(records: Sequence[FoundRecord], proved: Proved | None) -> bytes:
    """Return a zip file: the records as CSV and JSON, a proof of each, the log's key, and how to check them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("records.csv", "\ufeff" + _csv(records))
        packed.writestr("records.json", msgspec.json.encode(records))
        for record, proof in zip(records, proved.proofs if proved else (), strict=True):
            packed.writestr(f"proofs/{record.index}.tlog-proof", proof)
        packed.writestr("vkey", "".join(f"{each}\n" for each in proved.vkeys) if proved else "")
        packed.writestr("README.txt", f"{_README.zh}\n\n{_README.en}\n")
    return out.getvalue()


_README = Text(
    "每个 .tlog-proof 文件可离线核验：shouze-verify proof proofs/<序号>.tlog-proof --vkey \"$(cat vkey)\"\n"
    "公钥应另从可信渠道取得并比对。",
    "Each .tlog-proof can be checked offline: shouze-verify proof proofs/<place>.tlog-proof --vkey \"$(cat vkey)\"\n"
    "Compare the key with one that you got by another way.",
)  # fmt: skip


def _csv(records: Sequence[FoundRecord]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    names = FoundRecord.__struct_fields__
    writer.writerow(names)
    for each in records:
        writer.writerow([_cell(getattr(each, name)) for name in names])
    return out.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat()
    return guarded("" if value is None else str(value))


def _offered(choices: Any) -> list[tuple[str, str]]:
    return [(key, say(text)) for key, text in choices.items()]
