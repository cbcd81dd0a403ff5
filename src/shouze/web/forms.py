"""Makes the form of an act out of the register's description."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import QuerySet

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.acting import Asked, Attached
from shouze.registers.describing import Act, Field, Register
from shouze.registers.naming import check_name
from shouze.registers.people.models import Person
from shouze.registers.rows import Kept
from shouze.web.reading import say, told

FEW = 4
MISSING = Text("请填写此项", "Fill this in")
NO_FILE = Text("请附上文件、照片或扫描件", "Attach a file, photograph or scan")
_LONGEST = 4000
_MOMENT = "%Y-%m-%dT%H:%M"
# What lies beyond has no moment in UTC, or no place in a column: it is told in the form, not by an error of ours.
_SPAN = [MinValueValidator(datetime(1900, 1, 1, tzinfo=UTC)), MaxValueValidator(datetime(9000, 1, 1, tzinfo=UTC))]
_MOST = 2**31 - 1
_MOST_EXACT = 2**53 - 1


class Files(forms.ClearableFileInput):
    """An input for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A field of several files."""

    widget = Files

    def clean(self, given: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        """Return the files."""
        several = given if isinstance(given, list | tuple) else [given] if given else []
        return [super(FilesField, self).clean(each, initial) for each in several] or super().clean(None, initial) or []


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django takes no argument there when it runs
    """A choice of people, each by name and work number."""

    def label_from_instance(self, obj: Person) -> str:
        """Return a person's name and work number in the page's language."""
        return say(obj.named)


class NameField(forms.CharField):
    """A name that goes to the door, checked as the door will check it."""

    def __init__(self, check: Callable[[str, str], None], **words: Any) -> None:
        super().__init__(**words)
        self._check = check

    def validate(self, value: Any) -> None:
        """Say what to write instead."""
        super().validate(value)
        try:
            if value:
                self._check(value, "")
        except InvalidError as problem:
            raise ValidationError(told(problem)) from None


class ActForm(forms.Form):
    """The form of one act; ``fields`` are added by ``form_of``."""

    def asked(self, version: int | None) -> Asked:
        """Return what was asked, once the form is valid."""
        values = dict(self.cleaned_data)
        files: list[UploadedFile[bytes]] = values.pop("documents", None) or []
        reason = values.pop("reason", "")
        documents = [Attached(each.name or "", each.content_type or "", each.read()) for each in files]
        return Asked(values, reason, documents, version)


def form_of(
    register: Register[Any], act: Act[Any], entry: Kept | None, given: Any = None, files: Any = None
) -> ActForm:
    """Return the act's form, bound to what was given, else filled with what the row holds."""
    fields: dict[str, forms.Field] = {each.name: _field(register, each, entry) for each in act.fields}
    for each in act.fields:
        fields[each.name].heading = say(each.heading) if each.heading else ""  # type: ignore[attr-defined]  # the template reads it
    if act.reason != "none":
        words = Text("理由", "Reason") if act.reason == "must" else Text("备注", "Remark")
        fields["reason"] = forms.CharField(
            label=say(words),
            required=act.reason == "must",
            max_length=_LONGEST,
            widget=forms.Textarea({"rows": 3}),
            error_messages={"required": say(MISSING)},
        )
    if act.proof != "none":
        words = Text("证明材料", "Proof") if act.proof == "must" else Text("附件", "Attachments")
        hint = say(Text("可多选，每个至多 20 MiB", "Several files, 20 MiB each at most"))
        fields["documents"] = FilesField(
            label=say(words), required=act.proof == "must", help_text=hint, error_messages={"required": say(NO_FILE)}
        )
    form_type = type("Form", (ActForm,), fields)
    row = (act.starts_with(entry) if act.starts_with and entry else None) or entry or register.model()
    initial = {each.name: getattr(row, each.name, None) for each in act.fields}
    form: ActForm = form_type(given, files, initial=initial, use_required_attribute=False)
    return form


def _field(register: Register[Any], asked: Field, entry: Kept | None = None) -> forms.Field:
    column = register.model_fields().get(asked.name)
    blank = bool(getattr(column, "blank", False))
    words: dict[str, Any] = {
        "label": say(asked.label),
        "help_text": say(asked.hint) if asked.hint else "",
        "error_messages": {"required": say(MISSING)},
        "required": not (blank if asked.optional is None else asked.optional),
    }
    offered = asked.of_row(entry) if asked.of_row and entry else asked.offered()
    if offered is not None:
        return _choice(asked, {key: say(text) for key, text in offered.items()}, words)
    if isinstance(column, models.ForeignKey) and column.related_model is Person:
        return PersonField(_people(asked), **words)
    return _plain(asked, column, words)


def _people(asked: Field) -> QuerySet[Person]:
    people = Person.objects.filter(is_active=True).order_by("name")
    if not asked.among:
        return people
    return people.filter(pk__in=[each.pk for each in people if asked.among & each.roles])


def _choice(asked: Field, offered: Mapping[str, str], words: dict[str, Any]) -> forms.Field:
    if asked.several:
        return forms.MultipleChoiceField(choices=list(offered.items()), widget=forms.CheckboxSelectMultiple, **words)
    if len(offered) <= FEW and words["required"]:
        return forms.ChoiceField(choices=list(offered.items()), widget=forms.RadioSelect, **words)
    return forms.ChoiceField(choices=[("", "—"), *offered.items()], **words)


def _plain(asked: Field, column: Any, words: dict[str, Any]) -> forms.Field:
    if isinstance(column, models.DateTimeField) or (column is None and asked.asks == "moment"):
        widget = forms.DateTimeInput({"type": "datetime-local"}, format=_MOMENT)
        return forms.DateTimeField(widget=widget, input_formats=[_MOMENT, f"{_MOMENT}:%S"], validators=_SPAN, **words)
    if isinstance(column, models.DateField) or (column is None and asked.asks == "date"):
        return forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **words)
    if isinstance(column, models.BooleanField) or (column is None and asked.asks == "yes-no"):
        return forms.BooleanField(**(words | {"required": False}))
    if isinstance(column, models.IntegerField) or (column is None and asked.asks == "number"):
        return forms.IntegerField(min_value=0, max_value=_most(column), **words)
    longest = asked.longest or getattr(column, "max_length", None) or _LONGEST
    if isinstance(column, models.EmailField):
        return forms.EmailField(max_length=longest, **words)
    if isinstance(column, models.SlugField):
        return NameField(check_name, **words)
    widget_ = forms.Textarea({"rows": asked.lines}) if asked.lines > 1 else forms.TextInput()
    return forms.CharField(max_length=longest, widget=widget_, **words)


def _most(column: Any) -> int:
    """Return the largest number that a column takes on every database."""
    # what BIGINT takes is more than a browser's numbers keep exactly: this many yuan nobody turns over
    if isinstance(column, models.BigIntegerField):
        return _MOST_EXACT
    return 32_767 if isinstance(column, models.PositiveSmallIntegerField) else _MOST
