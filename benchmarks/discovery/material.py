"""Makes the material that the scanner is tried on: columns and lines of text whose contents are known, by a seed.

Nobody's values: every number is drawn. Given names, roads and sentences are not those of the detectors; surnames and
provinces cannot be others than there are. Near misses stand beside what is meant to be found.
"""

from __future__ import annotations

import string
import uuid
from random import Random
from typing import NamedTuple

from discovery.values import (
    Draw,
    _choice,
    _moment,
    address,
    bank_card,
    birth_date,
    day,
    digits,
    email,
    iccid,
    imei,
    imsi,
    ipv4,
    ipv6,
    landline,
    mac,
    mobile,
    name,
    passport,
    password_hash,
    plate,
    position,
    residence_permit,
    resident_id,
    resident_id_old,
    token,
    uscc,
    vin,
)


class Kind(NamedTuple):
    """What is drawn, the item that it is, and what columns of it are called; ``tells`` also where the name does not."""

    item: str
    draw: Draw
    names: tuple[str, ...]
    tells: bool = True


KINDS: dict[str, Kind] = {
    "resident-id": Kind("id-number", resident_id, ("SFZHM", "idCardNo", "客户身份证号码", "cert_no")),
    "resident-id-old": Kind("id-number", resident_id_old, ("sfzhm", "old_id_card", "身份证号"), tells=False),
    "residence-permit": Kind("other-id-number", residence_permit, ("jzz", "permit", "col_7")),
    "passport": Kind("other-id-number", passport, ("passport_no", "hzhm", "护照号码"), tells=False),
    "mobile": Kind("phone", mobile, ("SJHM", "mobilePhone", "cust_mobile", "用户手机号")),
    "landline": Kind("phone", landline, ("tel", "gddh", "phone2"), tells=True),
    "bank-card": Kind("bank-card", bank_card, ("yhkh", "BankCardNo", "银行卡号")),
    "uscc": Kind("organisation-code", uscc, ("tyshxydm", "credit_code", "统一社会信用代码")),
    "vin": Kind("vin", vin, ("cjh", "VIN", "车架号")),
    "plate": Kind("plate-number", plate, ("cphm", "plate_no", "车牌号码")),
    "email": Kind("email", email, ("dzyx", "E_MAIL", "user_email", "邮箱")),
    "ipv4": Kind("ip-address", ipv4, ("last_ip", "client_addr", "IP地址")),
    "ipv6": Kind("ip-address", ipv6, ("ipv6", "v6addr")),
    "mac": Kind("mac", mac, ("mac_addr", "sbmac", "MAC地址")),
    "imei": Kind("imei", imei, ("imei", "IMEI1", "zdch")),
    "imsi": Kind("imsi", imsi, ("imsi", "t_imsi", "sim_imsi")),
    "iccid": Kind("iccid", iccid, ("iccid", "simkh", "SIM卡号")),
    "position": Kind("location", position, ("jwd", "gps_pos", "coordinates")),
    "password-hash": Kind("password", password_hash, ("pwd", "passwd", "hash_col")),
    "name": Kind("name", name, ("khxm", "CUST_NAME", "姓名", "linkman_name"), tells=True),
    "address": Kind("address", address, ("lxdz", "home_address", "装机地址", "addr2"), tells=True),
    "birth-date": Kind("birth-date", birth_date, ("csrq", "birthday", "出生日期", "user_birthdate"), tells=False),
    "sex": Kind("sex", _choice("男", "女"), ("xb", "user_gender", "性别", "sex_cd"), tells=False),
    "ethnicity": Kind("ethnicity", _choice("汉族", "回族", "满族", "壮族", "苗族"), ("mz", "ethnic_code", "民族"),
    tells=False),
    "age": Kind("age", lambda chance: str(chance.randrange(18, 90)), ("nl", "user_age", "年龄"), tells=False),
    "wechat": Kind("account", lambda chance: f"wx_{token(chance)[:9]}", ("wechat_id", "微信号", "wxh"), tells=False),
    "qq": Kind("account", lambda chance: str(chance.randrange(10**8, 4 * 10**9)), ("qq", "QQ号", "qq_num"),
    tells=False),
    "password": Kind("password", lambda chance: token(chance)[:10] + "!", ("pwd", "user_password", "登录密码"),
    tells=False),
    "session-token": Kind("session", token, ("session_id", "access_token", "cookie"), tells=False),
    "marital-status": Kind("marital-status", _choice("未婚", "已婚", "离异"), ("hyzk", "marital_status", "婚姻状况"),
    tells=False),
}  # fmt: skip
DIRT = ("", "", "无", "NULL", "-", "不详", "测试", "0")
"""What stands in cells instead of a value, in one of twelve."""
UNNAMED = ("f01", "col_3", "data_x", "attr5", "字段12", "memo1")
"""Names of columns that say nothing."""


def _failed(draw: Draw) -> Draw:
    """Draw numbers whose last digit is wrong."""
    return lambda chance: (
        (text := draw(chance))[:-1] + chance.choice([each for each in string.digits if each != text[-1]])
    )


def _masked(chance: Random) -> str:
    number = chance.choice([resident_id, bank_card])(chance)
    return number[:6] + "*" * (len(number) - 10) + number[-4:]


MISSES: dict[str, tuple[Draw, tuple[str, ...]]] = {
    "orders": (lambda chance: day(chance, 2021, 2025).strftime("%Y%m%d") + digits(chance, 10), ("order_no", "ddh",
    "f02")),
    "order-numbers": (lambda chance: chance.choice("13456789") + digits(chance, 15), ("lsh", "trace_id", "x1")),
    "phone-like": (lambda chance: "1" + digits(chance, 10), ("order_id", "serial_no", "工单号")),
    "milliseconds": (lambda chance: str(1_600_000_000_000 + chance.randrange(10**11)), ("ts", "create_ts", "col_9")),
    "moments": (_moment, ("create_time_x", "gxsj", "modified")),
    "versions": (lambda chance: ".".join(str(chance.randrange(12)) for _ in range(3)), ("version", "app_ver", "c4")),
    "long-versions": (lambda chance: ".".join(str(chance.randrange(12)) for _ in range(4)), ("version", "fw_version")),
    "uuids": (lambda chance: str(uuid.UUID(int=chance.getrandbits(128), version=4)), ("id", "guid", "req")),
    "prices": (lambda chance: f"{chance.uniform(1, 99999):.2f}", ("price", "je", "amount", "c5")),
    "counts": (lambda chance: str(chance.randrange(500)), ("_email_count", "phone_count", "qty", "user_num")),
    "years": (lambda chance: str(chance.randrange(1990, 2026)), ("year", "nf", "cvv_like")),
    "failed-ids": (_failed(resident_id), ("f03", "code18", "bm")),
    "failed-cards": (_failed(bank_card), ("f04", "kh_x", "bm2")),
    "masked": (_masked, ("masked", "sfz_mask", "show_no")),
    "glued": (lambda chance: f"SN{mobile(chance).removeprefix('+')}X", ("sn", "device_sn", "model")),
    "hashes": (lambda chance: f"{chance.getrandbits(160):040x}", ("sha1", "commit", "etag")),
    "flags": (_choice("0", "1", "2"), ("flag", "zt", "status", "is_deleted")),
    "words": (_choice("白菜", "高压锅", "马桶", "金属件", "方便面", "石材", "黄豆"), ("product", "spmc", "类目")),
    "cities": (_choice("南京", "成都", "武汉", "海口", "宁波", "杭州"), ("city", "cs", "城市")),
    "departments": (_choice("技术部", "市场部", "客户服务中心", "财务部"), ("dept", "bm3", "部门")),
    "urls": (lambda chance: f"https://www.example.com/p/{chance.randrange(10**8)}", ("url", "link")),
    "sentences": (_choice("设备运行正常，无异常。", "第3季度完成率为95.5%，同比增长2.1%。", "版本 2.4.1.10 已发布",
    "共计 1200 台"), ("bz", "note")),
    "sku": (lambda chance: "69" + digits(chance, 11), ("barcode", "tm", "sku")),
}  # fmt: skip


class Drawn(NamedTuple):
    """A column with the item that it holds, None for what is nobody's."""

    name: str
    cells: list[str]
    item: str | None
    kind: str


def column(chance: Random, kind: str, *, named: bool, rows: int) -> Drawn:
    """Return a column of a kind; some of its cells hold none of it."""
    found = KINDS[kind]
    title = chance.choice(found.names) if named else chance.choice(UNNAMED)
    cells = [chance.choice(DIRT) if chance.random() < 0.08 else found.draw(chance) for _ in range(rows)]
    return Drawn(title, cells, found.item, kind)


def miss(chance: Random, kind: str, rows: int) -> Drawn:
    """Return a column of near misses."""
    draw, names = MISSES[kind]
    return Drawn(chance.choice(names), [draw(chance) for _ in range(rows)], None, kind)


def tables(seed: int, count: int, rows: int = 60) -> list[list[Drawn]]:
    """Return tables of five columns of kinds, some without a name, and four of near misses."""
    chance = Random(seed)
    found = []
    for number in range(count):
        listed = list(KINDS)
        kinds = [listed[(number * 5 + place) % len(listed)] for place in range(5)]
        columns = [
            column(chance, kind, named=chance.random() < 0.6 or not KINDS[kind].tells, rows=rows) for kind in kinds
        ]
        missed = list(MISSES)
        columns += [miss(chance, missed[(number * 4 + place) % len(missed)], rows) for place in range(4)]
        chance.shuffle(columns)
        found.append([each._replace(name=f"{each.name}~{place}") if [c.name for c in columns].count(each.name) > 1
                      else each for place, each in enumerate(columns)])  # fmt: skip
    return found
