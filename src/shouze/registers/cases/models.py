"""A case: one act of one operator, from its opening to the end of its penalty."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models

from shouze.language import Text
from shouze.registers.peers.models import Peer
from shouze.registers.rows import Kept


def _person() -> models.ForeignKey[object, object]:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")


class Case(Kept):
    """The operator (its number in the register of operators), the facts, the procedure, the decision, the payment.

    Amounts are whole yuan. ``fine`` is proposed until ``decided_at`` is there, and decided from then on, as the paper
    says; ``changed_fine`` is what a review or court made of it, ``standing_fine`` what is owed after all that.
    ``notified_fine`` is what the party was told of, which the decision never exceeds. ``publish``: the decision and the
    credit entry are to be published (Arts. 20, 23). ``*_dispatch`` are the SHA-256 of the dispatches that brought the
    papers. ``contested`` and what follows tell of the last reconsideration or action, ``contests`` of those before it;
    ``payments`` say what of the fine was paid when, and, below zero, what was returned.
    """

    operator = models.CharField(max_length=32, db_index=True)
    operator_name = models.CharField(max_length=200, editable=False)
    licence = models.CharField(max_length=120, blank=True, editable=False)
    province = models.CharField(max_length=60, blank=True, editable=False, db_index=True)
    sector = models.CharField(max_length=16, blank=True, editable=False, db_index=True)
    peer = models.ForeignKey(Peer, models.PROTECT, null=True, editable=False, related_name="+")
    body = models.CharField(max_length=120)
    body_en = models.CharField(max_length=120, blank=True)
    natural = models.BooleanField(default=False)
    agent = models.CharField(max_length=200, blank=True)
    claim = models.TextField(blank=True)
    source = models.CharField(max_length=16)
    source_number = models.CharField(max_length=64, blank=True, db_index=True)
    duties = models.JSONField(default=list)
    articles = models.JSONField(default=list, blank=True)
    facts = models.TextField()
    occurred = models.DateField()
    ended = models.DateField(null=True, blank=True)
    found_on = models.DateField()
    endangers = models.BooleanField(default=False)
    officer = _person()
    second = _person()
    opened_at = models.DateTimeField(null=True)
    decide_by = models.DateTimeField(null=True)
    extended = models.TextField(blank=True)
    evidence = models.JSONField(default=list, blank=True)

    demand = models.TextField(blank=True)
    ordered_at = models.DateTimeField(null=True)
    order_paper = models.JSONField(default=dict, editable=False)
    order_digest = models.CharField(max_length=64, blank=True, editable=False)
    order_served_at = models.DateTimeField(null=True)
    correct_by = models.DateTimeField(null=True, blank=True)
    corrected = models.CharField(max_length=16, blank=True)
    corrected_at = models.DateTimeField(null=True)

    instrument = models.CharField(max_length=64, blank=True)
    measures = models.JSONField(default=list, blank=True)
    fine = models.PositiveBigIntegerField(null=True, blank=True)
    gravity = models.CharField(max_length=16, blank=True)
    grounds = models.JSONField(default=list, blank=True)
    gravity_because = models.TextField(blank=True)
    grave = models.BooleanField(default=False)
    gains = models.PositiveBigIntegerField(default=0, blank=True)
    turnover = models.PositiveBigIntegerField(default=0, blank=True)
    weighty = models.BooleanField(default=False)

    notified_fine = models.PositiveBigIntegerField(null=True)
    notified_at = models.DateTimeField(null=True)
    notice_dispatch = models.CharField(max_length=64, blank=True)
    notice_served_at = models.DateTimeField(null=True)
    statement_by = models.DateTimeField(null=True)
    statement = models.TextField(blank=True)
    stated_at = models.DateTimeField(null=True)
    weighed = models.TextField(blank=True)
    waived_at = models.DateTimeField(null=True)

    hearing_due = models.BooleanField(default=False)
    hearing_by = models.DateTimeField(null=True)
    hearing_asked_at = models.DateTimeField(null=True, blank=True)
    hearing_at = models.DateTimeField(null=True, blank=True)
    hearing_place = models.CharField(max_length=200, blank=True)
    chair = _person()
    hearing_dispatch = models.CharField(max_length=64, blank=True)
    hearing_told_at = models.DateTimeField(null=True)
    hearing_served_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    minutes = models.TextField(blank=True)

    discussion = models.TextField(blank=True)
    discussed_at = models.DateTimeField(null=True)
    review = models.TextField(blank=True)
    reviewed_at = models.DateTimeField(null=True)

    decision_number = models.CharField(max_length=128, blank=True, db_index=True)
    outcome = models.CharField(max_length=16, blank=True)
    because = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, db_index=True)
    publish = models.BooleanField(default=False)
    decision_dispatch = models.CharField(max_length=64, blank=True)
    served_at = models.DateTimeField(null=True)
    served_how = models.CharField(max_length=16, blank=True)

    pay_by = models.DateTimeField(null=True, blank=True)
    paid = models.PositiveBigIntegerField(default=0)
    paid_at = models.DateTimeField(null=True)
    payments = models.JSONField(default=list, blank=True)
    surcharge = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    urged_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    contested = models.CharField(max_length=16, blank=True)
    contested_at = models.DateTimeField(null=True)
    contest_ended_at = models.DateTimeField(null=True)
    contest_result = models.CharField(max_length=16, blank=True)
    contests = models.JSONField(default=list, blank=True)
    changed_fine = models.PositiveBigIntegerField(null=True)
    fine_changed_at = models.DateTimeField(null=True)
    returned = models.PositiveBigIntegerField(default=0, db_default=0)
    returned_at = models.DateTimeField(null=True)

    referred_to = models.CharField(max_length=200, blank=True)
    referred_at = models.DateTimeField(null=True)
    referred_because = models.TextField(blank=True)
    thresholds = models.JSONField(default=list, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    retracted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]

    @property
    def authority(self) -> Text:
        """Return the authority whose case it is."""
        return Text(self.body, self.body_en or self.body)

    @property
    def standing_fine(self) -> int:
        """Return the fine as it stands: none of a decision that is withdrawn, else as changed, else as decided."""
        if self.withdrawn_at is not None:
            return 0
        return (self.fine or 0) if self.changed_fine is None else self.changed_fine

    @property
    def excess(self) -> int:
        """Return what was paid above the fine as it stands, and is to be returned."""
        return max(self.kept - self.standing_fine, 0)

    @property
    def kept(self) -> int:
        """Return what was paid of the fine and not returned."""
        return self.paid - self.returned

    @property
    def in_contest(self) -> bool:
        """Tell whether reconsideration or action goes on."""
        return self.contested_at is not None and self.contest_ended_at is None

    @property
    def unsettled_at(self) -> datetime | None:
        """Return when what was published stopped being so: the decision was withdrawn, or changed."""
        return self.withdrawn_at or self.fine_changed_at

    @property
    def announces(self) -> bool:
        """Tell whether the decision is announced to the public too (Art. 23), beside its credit entry (Art. 20)."""
        return self.publish and "announcement" in self.measures
