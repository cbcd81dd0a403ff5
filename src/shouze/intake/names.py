"""What the columns of legacy systems are called: English, Chinese, and the first letters of pinyin."""

from __future__ import annotations

import re
from collections.abc import Mapping

from shouze.language import Text

NAMES: dict[str, str] = {
    "name": "name xm xingming yhxm yhmc khmc khxm username_cn full_name fullname real_name realname cust_name "
    "customer_name user_name owner_name 姓名 用户姓名 客户姓名 客户名称 用户名称 机主姓名 真实姓名",
    "phone": "phone sjhm sjh sj yddh hm dhhm mobile mobile_no mobile_phone phone_no phone_number msisdn tel cellphone "
    "bill_id svc_num serv_num acc_nbr 手机 手机号 手机号码 号码 电话 电话号码 移动电话 用户号码 业务号码",
    "contact-phone": "contact_phone lxdh lxrdh contact_tel contact_no home_phone 联系电话 联系人电话 备用电话",
    "id-number": "id_number sfzh sfzhm sfz zjhm idcard id_card id_card_no idno id_no cert_no cert_num citizen_id "
    "identity_no 身份证 身份证号 身份证号码 公民身份号码 证件号码 证件号",
    "id-type": "id_type zjlx cert_type 证件类型",
    "id-valid-until": "zjyxq id_valid_until cert_expire 证件有效期",
    "address": "address dz lxdz txdz zz jtzz addr home_address install_addr 地址 住址 "
    "联系地址 通讯地址 家庭住址 装机地址",
    "email": "email dzyx yx yxdz mail e_mail email_address 邮箱 电子邮箱 电子邮件 邮件地址",
    "sex": "sex xb gender 性别",
    "age": "age nl 年龄",
    "birth-date": "birth_date csrq sr birthday birthdate dob date_of_birth 出生日期 生日",
    "nationality": "nationality gj guoji country 国籍",
    "marital-status": "marital_status hyzk marriage 婚姻状况",
    "occupation": "occupation zy job profession 职业",
    "employer": "employer gzdw dwmc company work_unit 工作单位 单位名称",
    "education": "education xl degree 学历 文化程度",
    "nickname": "nickname nc nick nick_name 昵称",
    "account": "account zh yhzh login login_name user_account userid user_id 账号 帐号 登录名 用户账号",
    "password": "password mm passwd pwd 密码",
    "organisation-code": "organisation_code tyshxydm shxydm uscc credit_code social_credit_code "
    "统一社会信用代码 社会信用代码 信用代码",
    "bank-card": "bank_card yhkh yhk khyhzh card_no bank_card_no bank_account 银行卡 银行卡号 卡号 银行账号",
    "payment-account": "payment_account zfzh alipay 支付账户 支付账号 支付宝",
    "imsi": "imsi",
    "imei": "imei",
    "iccid": "iccid simkh sim_no sim_card SIM卡号",
    "mac": "mac mac_address macdz mac地址",
    "ip-address": "ip ip_address ipdz last_ip ip地址",
    "plate-number": "plate_number cph cphm car_no plate 车牌 车牌号 车牌号码",
    "vin": "vin cjh clsbdm 车架号 车辆识别代号",
    "subscription": "subscription tc tcmc plan package plan_name 套餐 套餐名称 资费套餐",
    "balance": "balance ye zhye 余额 账户余额",
    "service-start": "service_start rwsj ktsj kksj open_date open_time create_time reg_date "
    "入网时间 开通时间 开户时间 注册时间",
    "guardian-name": "guardian_name jhrxm 监护人 监护人姓名",
    "guardian-phone": "guardian_phone jhrdh 监护人电话",
}
"""Item to the names of columns that hold it."""

_BEFORE = re.compile(r"^(?:t|c|f|v|yh|kh|user|cust|customer|member|hy|用户|客户|会员)_?(?=.{2})")


def squeezed(name: str) -> str:
    """Return a column's name without case, blanks and separators."""
    return re.sub(r"[\s_\-./()（）]", "", name).casefold()


def _index() -> dict[str, str]:
    found: dict[str, str] = {}
    for item, names in NAMES.items():
        for name in names.split():
            found.setdefault(squeezed(name), item)
    return found


def item_named(column: str, titles: Mapping[str, Text]) -> str | None:
    """Return the item that a column's name speaks of; ``titles`` are the items that may be, with their own names."""
    index = _index()
    allowed: set[str | None] = {*titles}
    for item, title in titles.items():
        for own in (item, title.zh, title.en):
            index.setdefault(squeezed(own), item)
    plain = squeezed(column)
    for form in (plain, _BEFORE.sub("", plain)):
        if index.get(form) in allowed:
            return index[form]
    return None
