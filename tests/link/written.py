"""Dispatches for tests: two parties, their keys, one body of each kind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from shouze.link.changing_keys import change
from shouze.link.dispatch import Dispatch, Known, seal
from shouze.link.industry import (
    CodeInForce,
    Compared,
    Comparison,
    Figure,
    Figures,
    FiguresRequest,
    PeerClosed,
    PeerFinding,
    PeerFindings,
    PeerReply,
    PeerReview,
    Pledge,
)
from shouze.link.keys import PartyKey
from shouze.link.kinds import (
    KINDS,
    Acknowledgement,
    Body,
    CheckpointRequest,
    CheckpointSubmitted,
    Corrected,
    Correction,
    Cosigned,
    FilingAnswer,
    IncidentReport,
    Instruction,
    InstructionReport,
    Introduction,
    Letter,
    Lifting,
    NetworkFiling,
    Received,
    Sample,
    SampleRequest,
    Suspension,
)
from shouze.link.supervision import (
    Figured,
    Grievance,
    GrievanceDecided,
    GrievanceQuestion,
    GrievanceReceived,
    GrievanceStatement,
    Officer,
    Referral,
    ReferralAnswer,
    Taken,
    VisitAnswer,
    VisitRecord,
)

NOW = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
OPERATOR, AUTHORITY = "shouze.localhost/operator", "shouze.localhost/authority"
ASSOCIATION = "shouze.localhost/association"
KEY, THEIRS, NEXT = PartyKey.read("A" * 43), PartyKey.read("E" + "A" * 42), PartyKey.read("I" + "A" * 42)
SIDES: dict[str, Any] = {
    OPERATOR: (KEY, "operator"), AUTHORITY: (THEIRS, "authority"), ASSOCIATION: (NEXT, "association"),
}  # fmt: skip
SENDERS = {"operator": OPERATOR, "authority": AUTHORITY, "association": ASSOCIATION}

LETTER = Letter(title="关于数据的来函", text="请说明。\n第二行\t“引号”\\ \u007f 𠮷")
BODIES: dict[str, Body] = {
    **{kind: LETTER for kind, (body, _) in KINDS.items() if body is Letter},
    "introduction": Introduction(side="operator", name="星桥通信（虚构）", key=KEY.public.text, log="x+1+y"),
    "key-change": change(OPERATOR, KEY.public, NEXT),
    "incident-report": IncidentReport(
        number="I-2026-0001", title="疑似泄露", type="leak", certainty="suspected", detected_at=NOW, story="店员拍照",
        agents=("qingshan-stores",), items=("name", "phone"), subjects=12, measures=("已冻结",),
    ),
    "received": Received(number="R-2026-0001"),
    "suspension": Suspension(order="浙通管责停〔2026〕1号", authority="某省通信管理局", reason="疑似泄露", since=NOW),
    "acknowledgement": Acknowledgement(
        order="浙通管责停〔2026〕1号", in_force=NOW, epoch=7, policy="0" * 64, proof="c2sp.org/tlog-proof@v1\n"
    ),
    "lifting": Lifting(order="浙通管责停〔2026〕1号", reason="已改正"),
    "correction": Correction(order="1号", authority="某局", demand="改正", due=NOW + timedelta(days=5)),
    "corrected": Corrected(order="1号", done="已更换设备", at=NOW),
    "instruction": Instruction(
        order="云通管安〔2026〕1号", title="弱口令清理", authority="某局", article="13(8)", ground="第十三条第八项",
        demand="清理弱口令", demand_en="Remove weak passwords", due=NOW + timedelta(days=30),
    ),
    "instruction-report": InstructionReport(order="云通管安〔2026〕1号", stage="fulfilled", done="已清理", at=NOW),
    "network-filing": NetworkFiling(number="SY-2026-0001", title="核心网", grade=3, filing="备 3-001", filed_at=NOW),
    "filing-answer": FilingAnswer(number="SY-2026-0001", verdict="questioned", note="级别依据不足"),
    "sample-request": SampleRequest(checkpoint="x\n1\ny\n", nonce="00" * 16, count=3),
    "sample": Sample(nonce="00" * 16, places=(3, 1), attachment="0" * 64),
    "checkpoint-request": CheckpointRequest(held=7),
    "checkpoint": CheckpointSubmitted(submission="old 0\n"),
    "referral": Referral(
        number="RF-2026-0001", purpose="escalation", title="影响特别重大", facts="某事实", operator="星桥通信（虚构）",
        year=2026, figures=(Figured(heading="案件", label="立案", value=3.0),),
    ),
    "referral-answer": ReferralAnswer(number="RF-2026-0001", outcome="accepted", number_there="RF-2026-0007"),
    "visit-record": VisitRecord(
        number="VT-2026-0001", basis="例行检查", place="某路 1 号", arrived_at=NOW, left_at=NOW + timedelta(hours=2),
        officers=(Officer(name="周某", identification="浙-1"), Officer(name="吴某", identification="浙-2")),
        seen="机房无人值守",
        taken=(Taken(what="硬盘 K-1"), Taken(what="日志", sha256="0" * 64)), no_fee=True, not_hindered=True,
        due=NOW + timedelta(days=7),
    ),
    "visit-answer": VisitAnswer(record="0" * 64, no_fee=False, not_hindered=True, comment="收费", signed_by="钱某"),
    "grievance": Grievance(
        number="GV-2026-0001", authority=AUTHORITY, inspection="VT-2026-0001", grounds=("fee", "conduct"),
        happened_at=NOW, story="收取检测费",
    ),
    "grievance-received": GrievanceReceived(number="CD-2026-0001", grievance="GV-2026-0001", due=NOW),
    "grievance-question": GrievanceQuestion(
        number="CD-2026-0001", operator="星桥通信", grounds=("fee",), happened_at=NOW, text="请说明", due=NOW
    ),
    "grievance-statement": GrievanceStatement(number="CD-2026-0001", text="没有收费"),
    "grievance-decision": GrievanceDecided(
        number="CD-2026-0001", authority=AUTHORITY, operator=OPERATOR, upheld=("fee",), dismissed=("conduct",),
        reasons="有收据为证", measures="责令退还",
    ),
    "code": CodeInForce(code="own", issue=2, title="公约", digest="0" * 64, in_force_from=NOW, due=NOW),
    "pledge": Pledge(code="own", issue=2, digest="0" * 64, says="pledged", signed_by="某总"),
    "figures-request": FiguresRequest(year=2025, due=NOW, measures=("duties-met",), least=5),
    "figures": Figures(year=2025, figures=(Figure(measure="duties-met", value=9_120),)),
    "comparison": Comparison(
        year=2025, members=5, least=5,
        compared=(Compared(measure="duties-met", members=5, lower=1, median=2, upper=3, own=2, place=3),),
    ),
    "peer-review": PeerReview(
        review="RV-2026-0001", part="reviewer", other="某公司", code="own", issue=2, title="公约", digest="0" * 64,
        due=NOW,
    ),
    **{kind: PeerFindings(review="RV-2026-0001", findings=(PeerFinding(clause=1, kept="partly", words="部分"),))
       for kind in ("peer-findings", "peer-findings-passed")},
    **{kind: PeerReply(review="RV-2026-0001", text="已整改", may_share=True)
       for kind in ("peer-reply", "peer-reply-passed")},
    "peer-closed": PeerClosed(review="RV-2026-0001", text="已跟进"),
    "cosignature": Cosigned(status=200, answer="— w x\n"),
}  # fmt: skip


def dispatch(kind: str = "letter", body: Body | None = None, **fields: Any) -> Dispatch:
    sender = SENDERS[KINDS[kind].by or "operator"]
    receiver = AUTHORITY if sender == OPERATOR else OPERATOR
    named = {
        "v": 1, "id": "5" * 32, "kind": kind, "sender": sender, "receiver": receiver, "matter": "I-2026-0001",
        "sequence": 1, "time": NOW, "body": body or BODIES[kind], **fields,
    }  # fmt: skip
    return Dispatch(**named)


def sealed(kind: str = "letter", key: PartyKey | None = None, **fields: Any) -> str:
    written = dispatch(kind, **fields)
    return seal(written, key or SIDES[written.sender][0])


def known(party: str) -> Known | None:
    found = SIDES.get(party)
    return Known(found[1], (found[0].public,)) if found else None
