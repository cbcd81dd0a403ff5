"""Draws single values of every kind, valid by their checks.

Nobody's values: every number is drawn. Given names, roads and sentences are not those of the detectors; surnames and
provinces cannot be others than there are. Near misses stand beside what is meant to be found.
"""

from __future__ import annotations

import string
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

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
