"""What came of a run so far: counts, row numbers and names of files, never a value."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from shouze.errors import TamperedError
from shouze.gateway.arriving import Arrived
from shouze.intake.checking import Checked, Rejected
from shouze.intake.seen import Duplicate
from shouze.language import Text

OUTCOMES: dict[str, Text] = {
    "new": Text("新增", "new"),
    "updated": Text("更新", "updated"),
    "unchanged": Text("未变", "unchanged"),
    "again": Text("中断前刚收进", "taken in just before an interruption"),
    "ready": Text("可以收进（试运行）", "ready to be taken in (dry run)"),
    "rejected": Text("不合格", "rejected"),
    "duplicate": Text("源内重复", "duplicates within the source"),
    "conflict": Text("冲突", "conflicts"),
    "refused": Text("被拒绝", "refused by the door"),
}


class Reason(msgspec.Struct):
    """How many rows were rejected for one reason in one column, and the first of them."""

    column: str
    code: str
    rows: int
    first: int


class Tally(msgspec.Struct):
    """The state of a run; ``row`` is the last row of which everything is noted."""

    row: int = 0
    rows: int = 0
    outcomes: dict[str, int] = {}
    to_ask: dict[str, int] = {}
    reasons: dict[str, Reason] = {}
    rejects: str = ""
    rejects_size: int = 0
    report: str = ""
    report_size: int = 0

    @classmethod
    def read(cls, body: bytes) -> Tally:
        """Read what ``packed`` gave; an empty body is a new tally."""
        try:
            return msgspec.json.decode(body, type=cls) if body else cls()
        except msgspec.MsgspecError:
            raise TamperedError(field="custody.import_run") from None

    def packed(self) -> bytes:
        """Return the tally as bytes to be kept."""
        return msgspec.json.encode(self)

    def count(self, kind: str, by: int = 1) -> None:
        """Count outcomes."""
        if by:
            self.outcomes[kind] = self.outcomes.get(kind, 0) + by

    def checked(self, chunk: Checked, duplicates: Sequence[Duplicate]) -> None:
        """Count what did not come so far as to be handed over."""
        self.rows += chunk.rows
        self.count("rejected", len(chunk.rejected))
        self.count("duplicate", len(duplicates))
        for each in chunk.rejected:
            self._reject(each)

    def arrived(self, arrived: Sequence[Arrived], replayed_to: int) -> None:
        """Count what became of a batch; rows up to ``replayed_to`` were in it once before."""
        for each in arrived:
            again = each.kind == "unchanged" and each.number <= replayed_to
            self.count("again" if again else each.kind)
            for purpose in each.to_ask:
                self.to_ask[purpose] = self.to_ask.get(purpose, 0) + 1

    def _reject(self, rejected: Rejected) -> None:
        name = f"{rejected.column}:{rejected.code}"
        reason = self.reasons.setdefault(name, Reason(rejected.column, rejected.code, 0, rejected.number))
        reason.rows += 1
