"""The counter's forms: what a person tells about a call, and what the caller tells to be verified."""

from __future__ import annotations

from typing import Any

from django import forms

from shouze.desk.ending import NOWHERE
from shouze.language import Text
from shouze.registers import vocabulary
from shouze.registers.complaints.fields import MATTERS
from shouze.registers.counter.models import Call
from shouze.registers.counter.register import SOURCES, ways_to_send, ways_to_verify
from shouze.registers.describing import Choices
from shouze.registers.naming import is_subject
from shouze.registers.requests.register import ASKED
from shouze.web.forms import MISSING
from shouze.web.reading import say

BY_ID = "id"
_LONGEST = 20_000
_QUIET = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}


def _choice(label: Text, offered: dict[str, Text]) -> forms.ChoiceField:
    choices = [(key, say(text)) for key, text in offered.items()]
    return forms.ChoiceField(label=say(label), choices=choices, error_messages={"required": say(MISSING)})


def _text(label: Text, hint: Text | None = None, **more: Any) -> forms.CharField:
    words: dict[str, Any] = {
        "label": say(label),
        "help_text": say(hint) if hint else "",
        "error_messages": {"required": say(MISSING)},
    }
    return forms.CharField(max_length=200, widget=forms.TextInput(_QUIET), **words, **more)


class FindForm(forms.Form):
    """Whom a call is about, and for what."""

    def __init__(self, given: Any = None) -> None:
        """Offer what is declared now."""
        super().__init__(given, use_required_attribute=False)
        words = vocabulary.items()
        known = {item: text for item, text in words.items() if item in vocabulary.identifiers()}
        self.fields["channel"] = _choice(Text("渠道", "Channel"), dict(SOURCES))
        self.fields["served"] = _choice(Text("业务和目的", "Service and purpose"), dict(vocabulary.served()))
        self.fields["found_with"] = _choice(
            Text("查找依据", "Find by"), {**known, BY_ID: Text("用户编号", "The user's id")}
        )
        self.fields["value"] = _text(
            Text("号码或编号", "Number or id"),
            Text("只随本次提交，不保存", "Sent with this form alone and kept nowhere"),
        )
        self.fields["ticket"] = _text(Text("工单号", "Ticket"), required=False)

    def clean(self) -> dict[str, Any] | None:
        """Refuse an id that is none."""
        found = super().clean() or {}
        if found.get("found_with") == BY_ID and not is_subject(found.get("value", "")):
            self.add_error("value", say(Text("不是用户编号", "That is no user's id")))
        return found


class CompareForm(forms.Form):
    """What the caller tells, to be compared without anything being shown."""

    def __init__(self, call: Call, given: Any = None) -> None:
        """Offer what may verify this caller."""
        super().__init__(given, use_required_attribute=False, prefix="compare")
        self.fields["item"] = _choice(Text("核对哪一项", "Compare"), dict(ways_to_verify(call)))
        self.fields["value"] = _text(Text("来电人所述", "What the caller says"))


class SendForm(forms.Form):
    """Where a one-time code is sent."""

    def __init__(self, call: Call, given: Any = None) -> None:
        """Offer what a code can be sent to."""
        super().__init__(given, use_required_attribute=False, prefix="send")
        self.fields["item"] = _choice(Text("发送到", "Send to"), dict(ways_to_send(call)))


class CodeForm(forms.Form):
    """The code that the caller tells."""

    def __init__(self, given: Any = None) -> None:
        """Put the words in the page's language."""
        super().__init__(given, use_required_attribute=False, prefix="code")
        self.fields["code"] = _text(Text("来电人所述验证码", "The code that the caller says"))


class CorrectForm(forms.Form):
    """The corrected value of one item."""

    def __init__(self, items: list[str], given: Any = None) -> None:
        """Offer the items that may be corrected."""
        super().__init__(given, use_required_attribute=False, prefix="correct")
        words = vocabulary.items()
        self.fields["item"] = _choice(Text("更正哪一项", "Correct"), {item: words[item] for item in items})
        self.fields["value"] = _text(Text("正确内容", "The correct value"))


class WithdrawForm(forms.Form):
    """The purposes for which consent ends."""

    def __init__(self, call: Call, given: Any = None) -> None:
        """Offer the purposes of the service that rest on consent."""
        super().__init__(given, use_required_attribute=False, prefix="withdraw")
        words = vocabulary.purposes()
        offered = {name: words[name] for name in vocabulary.consented_purposes(call.service)}
        self.fields["purpose"] = _choice(Text("撤回哪项同意", "Withdraw consent to"), offered)


class ComplainForm(forms.Form):
    """What the caller complains about."""

    def __init__(self, given: Any = None) -> None:
        """Put the words in the page's language."""
        super().__init__(given, use_required_attribute=False, prefix="complain")
        self.fields["matter"] = _choice(Text("事项", "About"), {k: v for k, v in MATTERS.items() if k != "unsorted"})
        self.fields["story"] = _long(Text("投诉内容", "What they complain about"))


class RequestForm(forms.Form):
    """What the caller asks that a person has to do."""

    def __init__(self, given: Any = None) -> None:
        """Put the words in the page's language."""
        super().__init__(given, use_required_attribute=False, prefix="request")
        self.fields["kind"] = _choice(Text("请求", "They ask for"), dict(ASKED))
        self.fields["story"] = _long(Text("请求内容", "What they ask"))


def _long(label: Text) -> forms.CharField:
    words: dict[str, Any] = {"label": say(label), "error_messages": {"required": say(MISSING)}}
    sealed = say(Text("加密保存", "Sealed"))
    return forms.CharField(max_length=_LONGEST, help_text=sealed, widget=forms.Textarea({"rows": 4}), **words)


class CancelForm(forms.Form):
    """That the user wants the service ended, and how they get the link to what becomes of it."""

    def __init__(self, ways: Choices, given: Any = None) -> None:
        """Offer the addresses that the link can be sent to."""
        super().__init__(given, use_required_attribute=False, prefix="cancel")
        if ways:
            handed = {NOWHERE: Text("只在本页显示，打印交给用户", "Shown here alone, to be printed and handed over")}
            self.fields["told"] = _choice(
                Text("销毁证明的链接发送到", "Send the link to the certificate to"), {**handed, **ways}
            )
            self.fields["told"].required = False
        self.fields["sure"] = forms.BooleanField(
            label=say(Text("用户已确认注销该业务", "The user confirms that the service ends")),
            error_messages={"required": say(MISSING)},
        )

    @property
    def told(self) -> str:
        """Return the item that the link is sent to."""
        return str(self.cleaned_data.get("told") or NOWHERE)
