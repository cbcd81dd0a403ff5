"""Lines of text in which the places of what is to be found are known, by a seed; near misses between them."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from discovery.material import KINDS, _failed, _masked
from discovery.values import bank_card, day, digits, mobile, resident_id

CHECKABLE = ("resident-id", "mobile", "landline", "bank-card", "uscc", "vin", "plate", "email", "ipv4", "ipv6", "mac",
             "imei", "imsi", "iccid", "residence-permit", "position", "password-hash")  # fmt: skip
"""Kinds with a check or a fixed form."""
FREE = ("name", "address")
_LINES = (
    "2025-03-01 08:12:44 INFO handled {x} in 35ms", "{{\"req\":\"a1\",\"v\":\"{x}\"}}", "资料如下：{x}。",
    "备注 {x}，已核对",
    "{x}\t成功\t0", "参数[{x}]返回正常", "|{x}|ok|", "提交内容为“{x}”", "字段={x};状态=1", "<td>{x}</td>",
)  # fmt: skip
_SPOKEN = {"imei": "终端串号 {x} 已登记", "bank-card": "打款到卡号 {x}", "mobile": "回拨 {x} 无人接听"}
_NAMES = (
    "昨天下午{x}女士到营业厅补办了副卡。", "业务受理人为{y}，客户姓名：{x}，套餐已变更。",
    "请尽快与{x}先生核实装机时间。",
    "收件人 {x}，电话 {m}。", "{x}（{m}）多次催促。", "尊敬的{x}女士，您的账单已出。", "机主{x}申请停机保号。",
    "开户人：{x}；渠道：网厅",
    "经核实，投诉人{x}的诉求属实。", "{x}，男，{m}", "工程师已上门，用户{x}签字确认。", "【{x}】{m} 已派单",
    "联系人：{x} 备用联系人：{y}",
    "乘客{x}在第二航站楼遗失行李。", "患者{x}，3 床。", "持卡人{x}因密码遗忘到店办理。",
)  # fmt: skip
_ADDRESSES = (
    "新装宽带，地址：{x}。", "请把发票寄到{x}，谢谢", "用户家住{x}，信号不好。", "收货地址 {x}，{m}",
    "装机点位于{x}，需带梯子。",
    "【地址】{x}", "搬到{x}以后网速变慢", "上门至{x}维修", "户籍所在地：{x}；", "他说住在{x}。",
)  # fmt: skip
_PLAIN = (
    "系统于今日凌晨完成升级，客户经理请通知大店。", "用户反馈网络卡顿，高峰时段尤其明显。",
    "联系人信息为空，无法回访。", "共 5 层 20 户未覆盖光纤。",
    "请先生成报表，再由主任审核。", "3号线2站可达，票价4元。", "任何时间均可拨打客服热线。", "马上处理，方便时回复。",
    "金额合计 13800.00 元。", "第3组第5号方案通过。",
    "老师傅都说这条线路不好走。", "会员权益包括免费流量。", "楼道 2 层弱电井需要整改，单元门禁已开。",
    "时间：2024年3月5日；地点：3号会议室", "车主可以在线办理。",
)  # fmt: skip


class Place(NamedTuple):
    """A value in a line, in characters, and its item."""

    start: int
    end: int
    item: str
    kind: str


class Line(NamedTuple):
    """A line and all that is to be found in it; names and addresses that stand in it by the way are in ``besides``."""

    text: str
    places: tuple[Place, ...]


def near_miss(chance: Random) -> str:
    """Return a line with nothing to be found, though it looks like it."""
    return chance.choice([
        f"订单号 {day(chance, 2021, 2025):%Y%m%d}{digits(chance, 10)} 已支付",
        f"单号：{mobile(chance).removeprefix('+')[-11:]}，请查收",
        f"ts={1_600_000_000_000 + chance.randrange(10**11)} ok",
        f"version {chance.randrange(9)}.{chance.randrange(20)}.{chance.randrange(9)}.{chance.randrange(99)}",
        f"固件版本 10.{chance.randrange(9)}.{chance.randrange(9)}.{chance.randrange(1, 9)}",
        f"校验失败 {_failed(resident_id)(chance)}",
        f"卡号错误 {_failed(bank_card)(chance)}", f"已脱敏 {_masked(chance)}", f"SN{digits(chance, 11)}X 入库",
        f"trace=0{digits(chance, 17)}",
        f"合计 ¥{chance.uniform(1, 99999):.2f}", f"uuid {chance.getrandbits(128):032x}",
        f"型号A1{digits(chance, 9)}B", f"{digits(chance, 22)}",
        f"流水号：6{digits(chance, 15)}", f"比例 0.{digits(chance, 11)}", f"2024{digits(chance, 13)}",
        f"耗时 {digits(chance, 4)}ms 重试 {digits(chance, 1)} 次",
    ])  # fmt: skip


def checkable_lines(seed: int, count: int) -> list[Line]:
    """Return lines with one checkable identifier each, and as many with a near miss."""
    chance = Random(seed)
    found = []
    for number in range(count):
        kind = CHECKABLE[number % len(CHECKABLE)]
        form = _SPOKEN[kind] if kind in _SPOKEN and chance.random() < 0.5 else chance.choice(_LINES)
        found.append(_filled(form.replace("{{", "{").replace("}}", "}"), KINDS[kind].draw(chance), kind))
        found.append(Line(near_miss(chance), ()))
    return found


def free_lines(seed: int, count: int, kind: str) -> list[Line]:
    """Return lines with names or addresses, and as many with neither."""
    chance = Random(seed)
    forms = _NAMES if kind == "name" else _ADDRESSES
    found = []
    for _ in range(count):
        form = chance.choice(forms).replace("{m}", mobile(chance)[-11:])
        other = KINDS["name"].draw(chance)
        places: list[Place] = []
        text = form
        for mark, value in (("{y}", other), ("{x}", KINDS[kind].draw(chance))):
            text = text.replace(mark, f"\0{value}\1") if mark == "{x}" or kind == "name" else text.replace(mark, value)
        text, places = _unmarked(text, kind)
        found.append(Line(text, tuple(places)))
        found.append(Line(chance.choice(_PLAIN), ()))
    return found


def _filled(form: str, value: str, kind: str) -> Line:
    text, places = _unmarked(form.replace("{x}", f"\0{value}\1"), kind)
    return Line(text, tuple(places))


def _unmarked(text: str, kind: str) -> tuple[str, list[Place]]:
    places: list[Place] = []
    while "\0" in text:
        start = text.index("\0")
        end = text.index("\1") - 1
        text = text.replace("\0", "", 1).replace("\1", "", 1)
        places.append(Place(start, end, KINDS[kind].item, kind))
    return text, places
