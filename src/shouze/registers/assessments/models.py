"""An impact assessment, kept three years from its approval.

# Invariant: an approved assessment is deleted by nobody before its three years are over, not by program either.
"""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models

from shouze.errors import ConflictError
from shouze.language import Text
from shouze.registers.ports import GIVEN
from shouze.registers.rows import Kept


def kept_still() -> NoReturn:
    """Refuse to delete what has to be kept."""
    remedy = Text("保存期满后再删除", "Delete it once the three years are over")
    raise ConflictError(Text("评估报告至少保存三年", "Assessments are kept three years"), field=None, remedy=remedy)


class _Assessments(models.QuerySet["Assessment"]):
    """Deletes nothing that has to be kept."""

    def delete(self) -> Any:
        """Delete rows, unless one of them has to be kept."""
        if self.filter(kept_until__gt=GIVEN.now()).exists():
            kept_still()
        return super().delete()


class Assessment(Kept):
    """What is assessed (``about``), why it has to be, and the three contents that PIPL 56 asks for.

    ``seen`` is the digest of what was assessed, as it was then: another one asks for an assessment anew.
    """

    about = models.CharField(max_length=160, db_index=True)
    reasons = models.JSONField(default=list)
    lawful = models.TextField(blank=True)
    influence = models.TextField(blank=True)
    measures = models.TextField(blank=True)
    conclusion = models.CharField(max_length=16, blank=True)
    seen = models.CharField(max_length=64, blank=True, editable=False)
    approved_at = models.DateTimeField(null=True, blank=True)
    kept_until = models.DateTimeField(null=True, blank=True)
    objects = _Assessments.as_manager()

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]

    def delete(self, *args: Any, **options: Any) -> Any:
        """Delete the row, unless it has to be kept."""
        if self.kept_until is not None and self.kept_until > GIVEN.now():
            kept_still()
        return super().delete(*args, **options)
