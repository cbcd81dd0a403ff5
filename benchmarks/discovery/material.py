"""Makes the material that the scanner is tried on: columns and lines of text whose contents are known, by a seed.

Nobody's values: every number is drawn. Given names, roads and sentences are not those of the detectors; surnames and
provinces cannot be others than there are. Near misses stand beside what is meant to be found.
"""

from __future__ import annotations

import string
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from shouze.rules.forms.check_digits import id_check_character, luhn_holds, uscc_check_character

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁沈任"
    "姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万覃武钱戚莫孔汤"
)
GIVEN = (
    "子轩梓涵浩宇欣怡俊杰雨桐佳琪嘉豪思远晓燕志强丽华建军秀英海燕玉兰桂芳永康文博静雯若曦一诺沐宸可馨书瑶"
    "睿泽天佑鑫磊国栋彦霖婉婷梦洁翠花德胜春梅淑珍红梅小龙大伟美玲慧敏亚男卫东"
)
REGIONS = [
    "110101",
    "110108",
    "120103",
    "130102",
    "140105",
    "150104",
    "210102",
    "220104",
    "230103",
    "310115",
    "320106",
    "330106",
    "340104",
    "350203",
    "360102",
    "370202",
    "410105",
    "420106",
    "430104",
    "440106",
    "440305",
    "450103",
    "460105",
    "500112",
    "510107",
    "520103",
    "530102",
    "540102",
    "610113",
    "620102",
    "630104",
    "640104",
    "650102",
]
CITIES = [
    ("江苏省", "南通市", "崇川区"), ("湖南省", "株洲市", "天元区"), ("四川省", "绵阳市", "涪城区"), ("广东省",
    "佛山市", "禅城区"),
    ("山东省", "潍坊市", "奎文区"), ("河南省", "洛阳市", "涧西区"), ("", "上海市", "杨浦区"), ("", "重庆市", "渝北区"),
    ("福建省", "泉州市", "丰泽区"), ("广西壮族自治区", "柳州市", "城中区"), ("", "苏州市", "姑苏区"), ("", "",
    "翠屏区"),
]  # fmt: skip
ROADS = [
    "人民东路",
    "解放大道",
    "学府街",
    "青年路",
    "滨江大道",
    "红星巷",
    "金桥南路",
    "古城胡同",
    "凤凰山路",
    "创业三街",
]
ESTATES = ["", "", "锦绣花园", "阳光家园", "翡翠城小区", "水岸新村"]


class Value(NamedTuple):
    """A drawn value and the kind that it is."""

    kind: str
    text: str


Draw = Callable[[Random], str]


def digits(chance: Random, count: int) -> str:
    """Return drawn digits."""
    return "".join(chance.choices(string.digits, k=count))


def with_luhn(body: str) -> str:
    """Return a number with its check digit."""
    return next(body + digit for digit in string.digits if luhn_holds(body + digit))


def day(chance: Random, first: int = 1950, last: int = 2008) -> date:
    """Return a day between two years."""
    begin = date(first, 1, 1)
    return begin + timedelta(days=chance.randrange((date(last, 12, 31) - begin).days))


def resident_id(chance: Random) -> str:
    """18 characters (GB 11643)."""
    body = chance.choice(REGIONS) + day(chance).strftime("%Y%m%d") + digits(chance, 3)
    return body + id_check_character(body)


def resident_id_old(chance: Random) -> str:
    """15 digits."""
    return chance.choice(REGIONS) + day(chance, 1950, 1985).strftime("%y%m%d") + digits(chance, 3)


def mobile(chance: Random) -> str:
    """Eleven digits, now and then with the country."""
    prefix = chance.choice(
        [
            "130",
            "131",
            "133",
            "135",
            "136",
            "137",
            "138",
            "139",
            "147",
            "150",
            "151",
            "152",
            "155",
            "158",
            "159",
            "166",
            "173",
            "176",
            "177",
            "180",
            "183",
            "186",
            "188",
            "189",
            "191",
            "195",
            "198",
            "199",
        ]
    )
    return chance.choice(["", "", "", "", "+86", "86", "+86 "]) + prefix + digits(chance, 8)


def landline(chance: Random) -> str:
    """Area code and number."""
    area, count = chance.choice(
        [("010", 8), ("021", 8), ("0755", 8), ("0571", 8), ("025", 8), ("0731", 8), ("0816", 7), ("0379", 8)]
    )
    return f"{area}-{chance.choice('2345678')}{digits(chance, count - 1)}"


def bank_card(chance: Random) -> str:
    """A number of UnionPay, Visa or Mastercard."""
    prefix, length = chance.choice(
        [("622202", 19), ("621700", 19), ("622848", 19), ("622588", 16), ("625907", 16), ("453242", 16), ("524094", 16)]
    )
    return with_luhn(prefix + digits(chance, length - 1 - len(prefix)))


def uscc(chance: Random) -> str:
    """18 characters (GB 32100)."""
    body = "91" + chance.choice(REGIONS) + "MA" + "".join(chance.choices("0123456789ABCDEFGHJKLMNPQRTUWXY", k=7))
    return body + uscc_check_character(body)


def vin(chance: Random) -> str:
    """17 characters (GB 16735)."""
    weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]
    letters = dict(
        zip(
            "ABCDEFGHJKLMNPRSTUVWXYZ",
            [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9],
            strict=True,
        )
    )
    values = letters | {digit: int(digit) for digit in string.digits}
    body = "L" + "".join(chance.choices("ABCDEFGHJKLMNPRSTUVWXYZ", k=2)) + "".join(
        chance.choices("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", k=5)) + "0" + "".join(
        chance.choices("ABCDEFGHJKLMNPRSTVWXY123456789", k=2)) + digits(chance, 6)  # fmt: skip
    rest = sum(values[character] * weight for character, weight in zip(body, weights, strict=True)) % 11
    return body[:8] + ("X" if rest == 10 else str(rest)) + body[9:]


def plate(chance: Random) -> str:
    """A plate, one in four of a new-energy vehicle."""
    head = chance.choice("京沪粤苏浙鲁川豫湘鄂皖闽") + chance.choice("ABCDEFGH")
    if chance.random() < 0.25:
        return head + chance.choice("DF") + digits(chance, 5)
    return head + "".join(chance.choices("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", k=4)) + chance.choice(string.digits)


def email(chance: Random) -> str:
    """An address at an example domain."""
    local = chance.choice(["lixm", "zhao.wei", "hm_2001", "service88", "q7x"])
    return f"{local}{chance.randrange(9999)}@{chance.choice(['example.com', 'mail.example.cn', 'corp.example.com.cn'])}"


def ipv4(chance: Random) -> str:
    """An address that may be somebody's."""
    first = chance.choice([10, 36, 58, 101, 113, 117, 172, 183, 202, 218])
    return ".".join(map(str, (first, *(chance.randrange(1, 255) for _ in range(3)))))


def ipv6(chance: Random) -> str:
    """A global unicast address."""
    return "2408:" + ":".join(f"{chance.randrange(0x10, 0xFFFF):x}" for _ in range(7))


def mac(chance: Random) -> str:
    """Six pairs."""
    return ":".join(["3c", *(f"{chance.randrange(256):02x}" for _ in range(5))])


def imei(chance: Random) -> str:
    """15 digits with a check digit."""
    return with_luhn(chance.choice(["35", "86"]) + digits(chance, 12))


def imsi(chance: Random) -> str:
    """15 digits."""
    return "460" + chance.choice(["00", "01", "02", "03", "07", "11", "15"]) + digits(chance, 10)


def iccid(chance: Random) -> str:
    """20 digits."""
    return "8986" + chance.choice(["00", "01", "03", "07"]) + digits(chance, 14)


def name(chance: Random) -> str:
    """A surname and one or two characters."""
    return chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, chance.choice([1, 2, 2])))


def address(chance: Random) -> str:
    """Down to the room."""
    region = "".join(chance.choice(CITIES))
    road = f"{chance.choice(ROADS)}{chance.randrange(1, 400)}号{chance.choice(ESTATES)}"
    return region + road + chance.choice([
        f"{chance.randrange(1, 30)}栋{chance.randrange(1, 5)}单元{chance.randrange(101, 3305)}室",
        f"{chance.randrange(1, 20)}号楼{chance.randrange(101, 2500)}室",
        f"{chance.randrange(1, 30)}幢{chance.randrange(101, 999)}",
        f"{chance.randrange(1, 9)}座{chance.randrange(1, 30)}层{chance.randrange(101, 999)}室",
    ])  # fmt: skip


def birth_date(chance: Random) -> str:
    """A day of birth."""
    return day(chance).isoformat()


def position(chance: Random) -> str:
    """Longitude and latitude in China."""
    return f"{chance.uniform(98, 122):.6f},{chance.uniform(22, 42):.6f}"


def passport(chance: Random) -> str:
    """A Chinese passport's number."""
    return (
        chance.choice(["E", "G", "EA", "EC"]) + digits(chance, 8)
        if chance.random() < 0
        else chance.choice(["E", "G"]) + digits(chance, 8)
    )


def residence_permit(chance: Random) -> str:
    """A permit of residents from Hong Kong, Macao and Taiwan."""
    body = chance.choice(["810000", "820000", "830000"]) + day(chance).strftime("%Y%m%d") + digits(chance, 3)
    return body + id_check_character(body)


def password_hash(chance: Random) -> str:
    """A bcrypt hash's form."""
    return "$2b$12$" + "".join(chance.choices(string.ascii_letters + string.digits, k=53))


def token(chance: Random) -> str:
    """A session token."""
    return "".join(chance.choices(string.ascii_letters + string.digits, k=32))


def _choice(*values: str) -> Draw:
    return lambda chance: chance.choice(values)


def _moment(chance: Random) -> str:
    hour, minute, second = chance.randrange(24), chance.randrange(60), chance.randrange(60)
    return f"{day(chance, 2020, 2025).isoformat()} {hour:02d}:{minute:02d}:{second:02d}"


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
