"""A survey of a year, and what each member answered."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.peers.models import Peer
from shouze.registers.rows import Kept


class Survey(Kept):
    """Of which year, until when; ``results`` are quartiles by measure, as they were returned."""

    title_en = models.CharField(max_length=200, blank=True, editable=False)
    year = models.PositiveIntegerField()
    due = models.DateTimeField()
    members = models.PositiveIntegerField(default=0, editable=False)
    results = models.JSONField(default=dict, editable=False)
    returned_at = models.DateTimeField(null=True, editable=False)


class SurveyAnswer(models.Model):
    """A member before a survey: asked, and what it told (hundredths by measure) in which dispatch.

    # Invariant: once the survey is returned, what a single member told is not here any more; its signed dispatch stays.
    """

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="answers")
    peer = models.ForeignKey(Peer, models.PROTECT, related_name="+")
    values = models.JSONField(default=dict)
    dispatch_id = models.CharField(max_length=32, blank=True)
    answered_at = models.DateTimeField(null=True)
    id: int

    class Meta:
        """A member stands once before each survey."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["survey", "peer"], name="survey_answer_once")
        ]
