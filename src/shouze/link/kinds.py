"""What dispatches say, kind by kind: typed bodies, published as JSON Schemas in ``docs/spec/dispatches``.

A field left out has its default. Nobody's personal information has a place here beyond the contact that a report gives.
"""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from msgspec import Meta

from shouze.link.bodies import (
    Body,
    Count,
    Ids,
    Line,
    Long,
    Moment,
    Names,
    OrderNumber,
    Party,
    Short,
    Side,
    Word,
)
from shouze.link.industry import (
    CodeInForce,
    Comparison,
    Figures,
    FiguresRequest,
    PeerClosed,
    PeerFindings,
    PeerReply,
    PeerReview,
    Pledge,
)
from shouze.link.supervision import (
    Grievance,
    GrievanceDecided,
    GrievanceQuestion,
    GrievanceReceived,
    GrievanceStatement,
    Referral,
    ReferralAnswer,
    VisitAnswer,
    VisitRecord,
)
from shouze.rules.use import Action

__all__ = ["KINDS", "Body", "Count", "Line", "Long", "Moment", "Party", "Short", "Side", "Word"]

PrivateField = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_.-]{0,63}$(?!\n)")]


class Introduction(Body, frozen=True, kw_only=True):
    """Who a party is, with the keys that its dispatches and its log are signed with; people compare fingerprints."""

    side: Side
    name: Line
    name_en: Short = ""
    key: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{43}$(?!\n)")]
    log: Annotated[str, Meta(max_length=512)]
    address: Annotated[str, Meta(pattern=r"^(https?://[^\s]{1,400})?$(?!\n)")] = ""
    licence: Short = ""
    filing: Short = ""
    province: Short = ""


class KeyChange(Body, frozen=True, kw_only=True):
    """A party's next key: the dispatch is signed by the present key, ``possession`` by the next one over its own text.

    A lost key cannot sign this: its party introduces itself anew, and people compare fingerprints again.
    """

    key: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{43}$(?!\n)")]
    possession: Annotated[str, Meta(max_length=2048)]


class IncidentReport(Body, frozen=True, kw_only=True):
    """An incident as its operator reports it (Art. 14(1)); a later report of the same matter replaces an earlier."""

    number: Line
    title: Line
    type: Literal["leak", "damage", "loss", "tampering"]
    certainty: Literal["suspected", "real", "refuted"]
    detected_at: Moment
    happened_since: Moment | None = None
    happened_until: Moment | None = None
    contained_at: Moment | None = None
    story: Long
    services: Names = ()
    agents: Ids = ()
    items: Names = ()
    subjects: Count | None = None
    uses: Count | None = None
    grade: Word = "serious"
    grade_because: Long = ""
    consequences: Long = ""
    measures: tuple[Short, ...] = ()
    cause: Long = ""
    notice: Short = ""
    licence: Short = ""
    contact: Short = ""


class Received(Body, frozen=True, kw_only=True):
    """What was reported has its number at the authority."""

    number: Line
    note: Short = ""


class Suspension(Body, frozen=True, kw_only=True):
    """The authority requires that conduct stop before it decides (Art. 14(2)); an empty part means all of them."""

    order: OrderNumber
    authority: Line
    authority_en: Short = ""
    reason: Line
    reason_en: Short = ""
    since: Moment
    until: Moment | None = None
    services: Names = ()
    purposes: Names = ()
    actions: tuple[Action, ...] = ()
    items: Names = ()
    agents: Ids = ()
    signed_by: tuple[Short, ...] = ()


class Acknowledgement(Body, frozen=True, kw_only=True):
    """The order is in force: since when, under which policy, and the proof that the operator's log has it.

    ``proof`` (C2SP tlog-proof, the record within) is of the record that put the policy in force; its digest is that of
    the attached policy document, and the order stands in there.
    """

    order: OrderNumber
    in_force: Moment
    epoch: Count
    policy: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
    proof: Annotated[str, Meta(max_length=65_536)]


class Lifting(Body, frozen=True, kw_only=True):
    """The order ends: a suspension, or an instruction that is withdrawn."""

    order: OrderNumber
    reason: Line
    reason_en: Short = ""


class Correction(Body, frozen=True, kw_only=True):
    """An order to correct within a time (责令限期改正)."""

    order: OrderNumber
    authority: Line
    authority_en: Short = ""
    demand: Long
    due: Moment


class Corrected(Body, frozen=True, kw_only=True):
    """What was corrected under an order, or in an incident, and how it can be checked."""

    order: OrderNumber | None = None
    done: Long
    at: Moment


class Instruction(Body, frozen=True, kw_only=True):
    """A measure that the authority prescribes (Arts. 13(7), 13(8)): what, on which ground, until when.

    ``again`` says what is still lacking, where the same instruction was reported as fulfilled and is not.
    """

    order: OrderNumber
    title: Line
    authority: Line
    authority_en: Short = ""
    article: Literal["13(7)", "13(8)"]
    ground: Line
    demand: Long
    demand_en: Long = ""
    acknowledge_by: Moment | None = None
    due: Moment
    again: Long = ""


class InstructionReport(Body, frozen=True, kw_only=True):
    """How far an operator is with an instruction: it has it, or has done it; proofs are attached."""

    order: OrderNumber
    stage: Literal["acknowledged", "fulfilled"]
    done: Long = ""
    at: Moment


class NetworkFiling(Body, frozen=True, kw_only=True):
    """A network unit as its operator files it (Art. 13(7); Order 11): grade, and the number and day of its filing."""

    number: Line
    title: Line
    grade: Annotated[int, Meta(ge=1, le=5)]
    graded_at: Moment | None = None
    filing: Line
    filed_at: Moment


class FilingAnswer(Body, frozen=True, kw_only=True):
    """What the authority says to a filing: it stands, or something is asked."""

    number: Line
    verdict: Literal["confirmed", "questioned"]
    note: Long = ""


class SampleRequest(Body, frozen=True, kw_only=True):
    """A remote inspection: records to be shown, drawn by a nonce chosen after the checkpoint was cosigned.

    ``fields`` are private fields to be opened, sealed for ``recipient`` (age), a key of this inspection's own.
    """

    checkpoint: Annotated[str, Meta(max_length=65_536)]
    nonce: Annotated[str, Meta(pattern=r"^[0-9a-f]{32,128}$(?!\n)")]
    count: Annotated[int, Meta(ge=1, le=1000)]
    fields: Annotated[tuple[PrivateField, ...], Meta(max_length=16)] = ()
    recipient: Annotated[str, Meta(pattern=r"^(age1[0-9a-z]{58})?$(?!\n)")] = ""


class Sample(Body, frozen=True, kw_only=True):
    """The proofs (C2SP tlog-proof, each with its record) of the places drawn, in one attachment, in that order.

    ``openings`` names the attachment with the private fields that were asked for, sealed; nothing where none were.
    """

    nonce: Annotated[str, Meta(pattern=r"^[0-9a-f]{32,128}$(?!\n)")]
    places: tuple[Count, ...]
    attachment: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
    openings: Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?$(?!\n)")] = ""


class CheckpointRequest(Body, frozen=True, kw_only=True):
    """The authority asks for the newest checkpoint; ``held`` is the size that it holds of ``log``, 0 for none."""

    held: Count = 0
    log: Annotated[str, Meta(max_length=255)] = ""


class CheckpointSubmitted(Body, frozen=True, kw_only=True):
    """A checkpoint to be cosigned: the bytes of a submission to a witness (C2SP tlog-witness).

    ``handover`` (C2SP tlog-proof) is of the last leaf of the log before, whose key has signed there which one follows.
    """

    submission: Annotated[str, Meta(max_length=65_536)]
    handover: Annotated[str, Meta(max_length=65_536)] = ""


class Cosigned(Body, frozen=True, kw_only=True):
    """What the witness answers (C2SP tlog-witness): the status and the body of its reply, and its public key (vkey)."""

    status: Annotated[int, Meta(ge=200, le=599)]
    answer: Annotated[str, Meta(max_length=65_536)]
    witness: Annotated[str, Meta(max_length=512)] = ""


class Letter(Body, frozen=True, kw_only=True):
    """A paper that people write and read: its number, what it is about, its text, and until when it is answered."""

    title: Line
    text: Long
    document: Short = ""
    due: Moment | None = None


class Kind(NamedTuple):
    """A kind of dispatch: what it says, and which side may send it (None: either)."""

    body: type[Body]
    by: Side | None


KINDS: dict[str, Kind] = {
    "introduction": Kind(Introduction, None),
    "key-change": Kind(KeyChange, None),
    "incident-report": Kind(IncidentReport, "operator"),
    "received": Kind(Received, "authority"),
    "question": Kind(Letter, "authority"),
    "answer": Kind(Letter, "operator"),
    "demand": Kind(Letter, "authority"),
    "materials": Kind(Letter, "operator"),
    "inspection-notice": Kind(Letter, "authority"),
    "visit-record": Kind(VisitRecord, "authority"),
    "visit-answer": Kind(VisitAnswer, "operator"),
    "grievance": Kind(Grievance, "operator"),
    "grievance-received": Kind(GrievanceReceived, "authority"),
    "grievance-question": Kind(GrievanceQuestion, "authority"),
    "grievance-statement": Kind(GrievanceStatement, "authority"),
    "grievance-decision": Kind(GrievanceDecided, "authority"),
    "suspension": Kind(Suspension, "authority"),
    "acknowledgement": Kind(Acknowledgement, "operator"),
    "lifting": Kind(Lifting, "authority"),
    "correction": Kind(Correction, "authority"),
    "corrected": Kind(Corrected, "operator"),
    "contest": Kind(Letter, "operator"),
    "instruction": Kind(Instruction, "authority"),
    "instruction-report": Kind(InstructionReport, "operator"),
    "network-filing": Kind(NetworkFiling, "operator"),
    "filing-answer": Kind(FilingAnswer, "authority"),
    "case-papers": Kind(Letter, None),
    "withdrawal-request": Kind(Letter, "operator"),
    "decision": Kind(Letter, "authority"),
    "announcement": Kind(Letter, "authority"),
    "review-form": Kind(Letter, "authority"),
    "review-answer": Kind(Letter, "operator"),
    "complaint": Kind(Letter, "operator"),
    "misconduct-report": Kind(Letter, "operator"),
    "misconduct-outcome": Kind(Letter, "authority"),
    "sample-request": Kind(SampleRequest, "authority"),
    "sample": Kind(Sample, "operator"),
    "checkpoint-request": Kind(CheckpointRequest, "authority"),
    "checkpoint": Kind(CheckpointSubmitted, "operator"),
    "cosignature": Kind(Cosigned, "authority"),
    "code": Kind(CodeInForce, "association"),
    "pledge": Kind(Pledge, "operator"),
    "figures-request": Kind(FiguresRequest, "association"),
    "figures": Kind(Figures, "operator"),
    "comparison": Kind(Comparison, "association"),
    "peer-review": Kind(PeerReview, "association"),
    "peer-findings": Kind(PeerFindings, "operator"),
    "peer-findings-passed": Kind(PeerFindings, "association"),
    "peer-reply": Kind(PeerReply, "operator"),
    "peer-reply-passed": Kind(PeerReply, "association"),
    "peer-closed": Kind(PeerClosed, "association"),
    "letter": Kind(Letter, None),
    "referral": Kind(Referral, "authority"),
    "referral-answer": Kind(ReferralAnswer, "authority"),
}
