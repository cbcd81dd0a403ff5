"""The register of peers: who dispatches come from and go to; nothing counts before people have compared keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.link.keys import PublicKey, same_fingerprint
from shouze.registers.describing import EVERY_HOUSE, Act, Choices, Doing, Field, Group, Register, Round, Running, State
from shouze.registers.peers.introducing import introduce_anew, meet, take_key_change
from shouze.registers.peers.models import Peer
from shouze.registers.ports import GIVEN
from shouze.registers.roles import INSPECTING, KEEPERS, OVERSEEING, Role, Roles

STANDINGS: Choices = {
    "administration": Text("省、自治区、直辖市通信管理局", "A communications administration"),
    "ministry": Text("工业和信息化部（上一级机关）", "The Ministry (next higher authority)"),
}
_STANDING = Field(name="standing", label=Text("层级", "Standing"), choices=STANDINGS, optional=True, once_filled=True,
                  duty="A03-competence")  # fmt: skip
BY: Roles = KEEPERS | {Role.ADMINISTRATOR, Role.HEAD, Role.SECRETARY}
_SIDES = {
    "operator": Text("经营者", "Operator"),
    "authority": Text("电信管理机构", "Authority"),
    "association": Text("行业协会", "Industry association"),
}
_ADDRESS = Field(
    name="address", label=Text("地址", "Address"), optional=False,
    hint=Text("对方守则的网址，例如 https://shouze.example", "Where the other installation is reached, https://…"),
)  # fmt: skip
_FINGERPRINT = Field(
    name="compared", label=Text("对方读出的指纹", "The fingerprint as they read it out"), optional=False,
    hint=Text("经电话或当面由对方读出，逐字填写；不要从本页抄写",
              "Read out to you by telephone or in person; do not copy it from this page"),
)  # fmt: skip
_FIELDS = (
    Field(name="title", label=Text("名称", "Name")),
    Field(name="title_en", label=Text("英文名称", "Name in English"), once_filled=True),
    Field(name="side", label=Text("身份", "Side"), choices=_SIDES, duty="A03-competence"),
    _STANDING,
    Field(name="party", label=Text("公文名称", "Party")),
    _ADDRESS,
    Field(name="licence", label=Text("许可证编号", "Licence"), once_filled=True),
    Field(name="filing", label=Text("备案号", "Filing"), once_filled=True),
    Field(name="province", label=Text("省份", "Province"), once_filled=True),
    Field(name="fingerprint", label=Text("密钥指纹", "Key's fingerprint"), once_filled=True),
    Field(name="offered_fingerprint", label=Text("待核对的指纹", "Fingerprint to be compared"), once_filled=True),
    Field(name="log", label=Text("日志公钥", "Key of its log"), once_filled=True),
    Field(name="offered_log", label=Text("对方另起的日志", "Other log that it named"), once_filled=True),
    Field(name="witnessed_size", label=Text("经其见证的记录数", "Records that it cosigned"), once_filled=True),
    Field(name="witnessed_at", label=Text("见证时间", "Cosigned"), once_filled=True),
    Field(name="trusted_at", label=Text("确认时间", "Confirmed"), once_filled=True),
    Field(name="heard_at", label=Text("最近收到回执", "Last receipt"), once_filled=True),
    Field(name="problem", label=Text("最近的问题", "Last problem"), once_filled=True),
)


def _ask(doing: Doing[Peer]) -> None:
    peer = doing.entry
    peer.address = peer.address.rstrip("/")
    if not peer.address.startswith(("http://", "https://")):
        raise InvalidError(Text("应为 http 或 https 网址", "It is not an http or https address"), field="address")
    if Peer.objects.filter(address=peer.address).exclude(state="ended").exclude(pk=peer.pk).exists():
        raise InvalidError(Text("此地址已登记", "This address is entered already"), field="address")
    peer.title = peer.title or peer.address[:200]


def _trust(doing: Doing[Peer]) -> None:
    peer = doing.entry
    if not same_fingerprint(str(doing.values["compared"]), PublicKey.read(peer.offered)):
        remedy = Text("请对方重新读出；仍不一致即不要确认", "Ask again; where they differ, do not confirm")
        raise InvalidError(Text("与对方密钥的指纹不一致", "It is not that key's fingerprint"), field="compared",
                           remedy=remedy)  # fmt: skip
    # The key before was lost, or it would have signed the change itself: it counts for nothing from now on.
    peer.former, peer.former_until = peer.key or peer.former, None
    peer.key, peer.offered, peer.trusted_at, peer.state = peer.offered, "", doing.now, "trusted"
    # Whoever was made known by the other side makes itself known in turn.
    peer.next_at = doing.now


def _submit(doing: Doing[Peer]) -> None:
    doing.entry.submitted_at = None


def _accept_log(doing: Doing[Peer]) -> None:
    doing.entry.log, doing.entry.offered_log = doing.entry.offered_log, ""


def _end(doing: Doing[Peer]) -> None:
    doing.entry.offered = ""


def _notes(peer: Peer, _now: datetime) -> Sequence[Text]:
    told = []
    if GIVEN.own is not None:
        mine = GIVEN.own.key.public.fingerprint
        told.append(Text(f"请对方核对本方指纹：{mine}", f"Our fingerprint, for them to compare: {mine}"))
    if peer.offered_log:
        told.append(
            Text(
                "对方另起了一个日志：原日志不变，须由人决定",
                "It began another log: the one before stays until people decide",
            )
        )
    if peer.offered and peer.key:
        told.append(Text("对方以新的密钥重新介绍了自己：只有其旧密钥确已遗失才可确认",
                         "It introduced itself with another key: confirm only where the old one is lost"))  # fmt: skip
    return told


def _clocks(peer: Peer, _now: datetime) -> Sequence[Running]:
    if not peer.offered or peer.state == "ended":
        return ()
    title = Text("核对{name}的密钥指纹", "Compare the fingerprint of {name}").fill(name=peer.title)
    return [Running(kind="compare", title=title, since=peer.changed_at, roles=BY, duty="A03-competence")]


_NAMED = (("operator", "register"), ("operator", "change"), ("bodies", "name"), ("bodies", "change"))
"""The acts after which this installation is called otherwise."""

REGISTER: Register[Peer] = Register(
    name="peers",
    prefix="PE",
    title=Text("公文往来单位", "Peers"),
    one=Text("往来单位", "Peer"),
    intro=Text(
        "与谁交换公文。双方各自介绍，由人核对密钥指纹后才生效。",
        "Whom dispatches are exchanged with. Each side introduces itself; it counts once people have compared keys.",
    ),
    model=Peer,
    duties=("A03-competence",),
    fields=_FIELDS,
    states={
        "asked": State(label=Text("正在联系", "Being asked"), tone="waiting"),
        "introduced": State(label=Text("待核对", "To be compared"), tone="waiting"),
        "trusted": State(label=Text("已确认", "Confirmed"), tone="good"),
        "ended": State(label=Text("已停止", "Ended"), tone="over"),
    },
    creating=Act(name="ask", title=Text("登记往来单位", "Name a peer"), by=BY, to="asked", fields=(_ADDRESS,),
                 does=_ask, proof="none", reason="none", duty="A03-competence"),
    acts=(
        Act(name="trust", title=Text("核对并确认指纹", "Confirm its fingerprint"), by=BY, fields=(_FINGERPRINT,),
            does=_trust, possible=lambda peer, _now: bool(peer.offered) and peer.state != "ended", grave=True,
            duty="A03-competence"),
        Act(name="move", title=Text("变更地址", "Change its address"), by=BY, fields=(_ADDRESS,), does=_ask,
            source=frozenset({"asked", "introduced", "trusted"}), duty="A03-competence"),
        Act(name="place", title=Text("登记层级", "Note its standing"), by=BY, fields=(_STANDING,), proof="none",
            source=frozenset({"trusted"}), possible=lambda peer, _now: peer.side == "authority",
            duty="A03-competence", hint=Text("对检查的投诉由上一级机关处理。",
                                             "Complaints about inspections go to the next higher authority.")),
        Act(name="end", title=Text("停止往来", "End"), by=BY, to="ended", does=_end, reason="must", grave=True,
            source=frozenset({"asked", "introduced", "trusted"}), duty="A03-competence",
            hint=Text("密钥遗失或泄露时立即停止；其后收到的一律拒绝。",
                      "At once when its key is lost or stolen; whatever comes after is refused.")),
        Act(name="submit", title=Text("立即送请见证", "Have the log cosigned now"), by=BY, does=_submit, proof="none",
            reason="none", source=frozenset({"trusted"}), duty="A17-2-cooperate",
            possible=lambda peer, _now: GIVEN.house == "operator" and peer.side == "authority"),
        Act(name="accept-log", title=Text("确认对方的另一日志", "Accept its other log"), by=BY, does=_accept_log,
            reason="must", source=frozenset({"trusted"}), duty="A03-competence",
            possible=lambda peer, _now: bool(peer.offered_log) and peer.side == "authority"),
        Act(name="introduced", title=Text("收到自我介绍", "Introduced itself"), by=frozenset(), follows=True),
        Act(name="known", title=Text("已有同一单位", "Known already"), by=frozenset(), to="ended", follows=True),
        Act(name="renewed", title=Text("更换了密钥", "Changed its key"), by=frozenset(), follows=True),
    ),
    columns=("side", "party", "licence", "province", "trusted_at", "problem"),
    filters=("side",),
    search=("party", "licence", "filing"),
    seen_by=OVERSEEING | BY | INSPECTING,
    clocks=_clocks,
    notes=_notes,
    rounds=(Round(name="peers.meet", every=timedelta(seconds=2), run=meet),),
    heeds=dict.fromkeys(_NAMED, introduce_anew),
    from_files=False,
    takes={"key-change": take_key_change},
    houses=EVERY_HOUSE,
    group=Group.AUTHORITIES,
    order=71,
)  # fmt: skip
