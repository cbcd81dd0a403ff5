"""The one settings loader: shouze.toml in the installation's folder, then the environment.

Every setting has a default that works; ``SHOUZE_<NAME>`` in the environment wins over the file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, cast

import msgspec
import msgspec.inspect

from shouze.errors import InvalidError
from shouze.language import Language, Text

FILE = "shouze.toml"
PREFIX = "SHOUZE_"
_CLOSE = 0.87
_IN_URL = r"(?:[^\s\[\]%]|%[0-9A-Fa-f]{2})*"
_DATABASE = rf"^(?:postgres(?:ql)?://{_IN_URL}(?:\[[0-9A-Fa-f:.]+\]{_IN_URL})?)?$"
_HOST = r"(?:\[[0-9A-Fa-f:.]+\]|[^\s/?#:@\[\]]+)"
_PORT = r"(?:[0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
_REMEDIES = {
    "database": Text(
        "写作 postgresql://用户@主机/库名；留空则用 SQLite", "Write postgresql://user@host/name; empty for SQLite"
    ),
    "portal_apps": Text(
        "写作 名称=公钥（Ed25519，base64），以空格分隔", "Write name=key (Ed25519, base64), separated by spaces"
    ),
    "witness_url": Text("写作 https://主机/路径；留空则不用", "Write https://host/path; empty for none"),
    "smtp_url": Text(
        "写作 smtps://用户:密码@主机:端口；留空则不用", "Write smtps://user:password@host:port; empty for none"
    ),
    "imap_url": Text(
        "写作 imaps://用户:密码@主机/INBOX；留空则不用", "Write imaps://user:password@host/INBOX; empty for none"
    ),
    "sms_mail": Text("写作 {number}@主机；留空则不用", "Write {number}@host; empty for none"),
    "clamd": Text("写作套接字路径或 主机:端口；留空则不用", "Write a socket's path or host:port; empty for none"),
}
_REMEDIES["keys_database"] = _REMEDIES["database"]
_REMEDIES |= dict.fromkeys(
    ("oidc_url", "portal_oidc_url", "webhook_url", "sms_url", "door_url", "link_address"), _REMEDIES["witness_url"]
)

WitnessUrl = Annotated[str, msgspec.Meta(pattern=rf"^(?:https?://{_HOST}(?::{_PORT})?(?:/[^\s?#]*)?)?$")]
DatabaseUrl = Annotated[str, msgspec.Meta(pattern=_DATABASE)]


DESK_DATABASE = "desk.db"
"""The file of the desk's tables, where they are not on a server."""
PORTAL_HOST = "portal.localhost"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How an installation runs."""

    database: DatabaseUrl = ""
    """Empty: SQLite files in the installation's folder. Else ``postgresql://…`` for custody and log."""
    keys_database: DatabaseUrl = ""
    """Empty: keys in a schema of ``database``. Else the URL of another cluster for the keys."""
    suite: Literal["aes256gcm-sha256", "sm4gcm-sm3"] = "aes256gcm-sha256"
    """The suite for new keys; fixed when the key ring is made."""
    node: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] = 1
    """The number of this gateway's node in the log."""
    host: Annotated[str, msgspec.Meta(min_length=1)] = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8420
    language: Language = "zh"
    """The language where the reader asks for none."""
    patience: Annotated[float, msgspec.Meta(gt=0, le=60)] = 2.0
    """Seconds after which a store that hangs counts as failed; five times that ends a process which stands still."""
    largest_body: Annotated[int, msgspec.Meta(ge=1024, le=64 * 1024 * 1024)] = 2 * 1024 * 1024
    """Bytes of the largest request body that is read."""
    erasure_bound_days: Annotated[int, msgspec.Meta(ge=3, le=365)] = 30
    """Days after which what was erased is beyond recovery in every copy; epochs of keys change three times in it."""
    record_retention_days: Annotated[int, msgspec.Meta(ge=180, le=36500)] = 183
    """Days for which the openings of handling records are kept; six months at least (Art. 13(6))."""
    shard_retention_days: Annotated[int, msgspec.Meta(ge=180, le=36500)] = 1096
    """Days for which a log that was turned (each year) is kept from its last record on; no less than its records."""
    backup_recipients: str = ""
    """Age public keys (age1…), separated by spaces, that backups of values are sealed for."""
    backup_keys_recipients: str = ""
    """The same for backups of keys; others than those above."""
    log_entries: Literal["closed", "open"] = "closed"
    """Whether anybody may read the log's entries under ``/log``, which name staff; tiles and checkpoint are open."""
    log_folder: str = ""
    """Where the log is written as files for a web server to serve, entries included; empty: nowhere."""
    witness_url: WitnessUrl = ""
    """Where a witness takes checkpoints (C2SP tlog-witness, its submission prefix); empty: over HTTP nowhere."""
    witness_vkey: str = ""
    """The witness's public key (C2SP vkey, type 0x04), handed over by another way than its address."""
    witness_hours: Annotated[int, msgspec.Meta(ge=0, le=8760)] = 0
    """Hours without a cosignature after which nothing is handled until there is one; 0: never."""
    oidc_url: WitnessUrl = ""
    """The issuer of an OpenID Connect provider by which people sign in to the desk; empty: none."""
    oidc_client: str = ""
    """The desk's client id there; its secret is ``oidc_secret``."""
    oidc_secret: str = ""
    oidc_name: str = "OIDC"
    """The provider's name on the sign-in page."""
    smtp_url: Annotated[str, msgspec.Meta(pattern=r"^(?:smtps?://[^\s]+)?$")] = ""
    """The mail server that reminders go through: smtp://user:password@host:port (STARTTLS), smtps://…; empty: none."""
    mail_from: str = ""
    """The address that mail comes from."""
    imap_url: Annotated[str, msgspec.Meta(pattern=r"^(?:imaps?://[^\s]+)?$")] = ""
    """The mailbox that complaints come to: imaps://user:password@host/INBOX, or imap://… (STARTTLS); empty: none.

    Letters go out in the name of ``mail_from``, which has to lead to this mailbox for answers to come back.
    """
    imap_after: Literal["keep", "delete"] = "keep"
    """What is done with mail in the mailbox once the desk has taken it in."""
    letter_retention_days: Annotated[int, msgspec.Meta(ge=30, le=36500)] = 1096
    """Days after the end of a complaint or request for which what was written in it is kept; then its keys end."""
    webhook_url: WitnessUrl = ""
    """Where reminders are posted (Standard Webhooks); empty: nowhere."""
    webhook_secret: str = ""
    """What webhooks are signed with: base64, 24 bytes or more, as ``whsec_…``."""
    sms_url: WitnessUrl = ""
    """The operator's gateway for text messages, which takes signed webhooks (``text.send``); empty: none."""
    sms_secret: str = ""
    """What they are signed with, as ``whsec_…``."""
    sms_mail: Annotated[str, msgspec.Meta(pattern=r"^(?:[^\s@]*\{number\}[^\s@]*@[^\s@]+)?$")] = ""
    """In place of that, the address that makes a text of a mail, such as ``{number}@text.example``; empty: none."""
    door_url: WitnessUrl = ""
    """Where a desk of its own (``shouze serve desk``) reaches a gateway: https, or this machine."""
    desk_host: str = ""
    """Host names, separated by spaces, under which browsers reach the desk, beside ``desk.localhost``."""
    portal_host: str = ""
    """Host names, separated by spaces, under which browsers reach the portal, beside ``portal.localhost``."""
    portal_oidc_url: WitnessUrl = ""
    """The issuer of the OpenID Connect provider by which users sign in to the portal; empty: none."""
    portal_oidc_client: str = ""
    """The portal's client id there; its secret is ``portal_oidc_secret``."""
    portal_oidc_secret: str = ""
    portal_oidc_name: str = "OIDC"
    """The provider's name on the portal's sign-in page."""
    clamd: Annotated[str, msgspec.Meta(pattern=r"^(?:/\S+|[^\s:/]+:[0-9]{1,5})?$")] = ""
    """The ClamAV daemon that scans attachments, a socket's path or ``host:port``; empty: none."""
    portal_apps: Annotated[str, msgspec.Meta(pattern=r"^(?:\s*[a-z0-9-]{1,64}=[A-Za-z0-9+/]{43}=)*\s*$")] = ""
    """Apps of the operator's that hand users over to the portal: ``name=key``, an Ed25519 public key in base64 each."""
    at_once_hours: Annotated[int, msgspec.Meta(ge=1, le=720)] = 24
    """Hours after which what is owed "at once" counts as not done; the Order gives none (Art. 14)."""
    inspection_year: Literal["calendar-year", "rolling"] = "calendar-year"
    """How the year of the self-inspection is counted (Art. 16): by the calendar, or from the last one."""
    house: Literal["operator", "authority", "association"] = "operator"
    """Whose installation this is: an operator's, a telecommunications authority's (``shouze authority up``), or an
    industry association's (``shouze association up``)."""
    link_address: WitnessUrl = ""
    """Where peers reach this installation for dispatches; empty: the address that it serves at."""
    link_certificate: str = ""
    """A PEM file with certificate and key that is shown to peers (mutual TLS); empty: none."""
    link_authorities: str = ""
    """A PEM file with the authorities that peers' certificates are checked by; empty: the system's."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def portal_hosts(self) -> list[str]:
        """The names under which browsers reach the portal; an authority has no users, and no portal."""
        return [PORTAL_HOST, *self.portal_host.split()] if self.house == "operator" else []


_FIELDS = cast("msgspec.inspect.StructType", msgspec.inspect.type_info(Settings)).fields


def load_settings(folder: Path, environment: Mapping[str, str]) -> Settings:
    """Return the settings of the installation in ``folder``; InvalidError names the setting and the remedy."""
    path = folder / FILE
    plain: dict[str, object] = {}
    if path.exists():
        try:
            plain = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
            detail = Text("设置文件的格式有误", "The settings file's syntax is broken")
            raise InvalidError(detail, field=FILE, remedy=Text(str(problem), str(problem))) from None
    for name in Settings.__struct_fields__:
        if (text := environment.get(PREFIX + name.upper())) is not None:
            plain[name] = text
    _refuse_near_misses(environment)
    return _settings(plain)


def changed(settings: Settings, **changes: object) -> Settings:
    """Return the settings with some of them changed; errors as in ``load_settings``."""
    return _settings({**msgspec.structs.asdict(settings), **changes})


def _refuse_near_misses(environment: Mapping[str, str]) -> None:
    """Refuse a variable whose name is nearly a setting's: passed over, SQLite would be used where a server was meant.

    Others that begin alike are somebody else's (a container platform's, the client's token) and are let be.
    """
    names = [PREFIX + name.upper() for name in Settings.__struct_fields__]
    for variable in sorted(environment.keys() - {*names}):
        close = get_close_matches(variable, names, 1, _CLOSE) if variable.startswith(PREFIX) else []
        if close:
            remedy = Text(f"是否应为 {close[0]}？", f"Was {close[0]} meant?")
            raise InvalidError(Text("没有这个设置", "There is no such setting"), field=variable, remedy=remedy)


def _settings(plain: Mapping[str, object]) -> Settings:
    try:
        settings = msgspec.convert(plain, Settings, strict=False)
    except msgspec.ValidationError as problem:
        found = re.search(r"unknown field `([^`]*)`|\$\.([a-z_]+)", str(problem))
        if found and found[1] is not None:
            raise _no_such(found[1], list(Settings.__struct_fields__)) from None
        field = found[2] if found else FILE
        raise InvalidError(Text("设置有误", "The setting is not valid"), field=field, remedy=_remedy(field)) from None
    if settings.shard_retention_days < settings.record_retention_days:
        days = settings.record_retention_days
        raise InvalidError(
            Text("日志的保存期限短于记录的保存期限", "Logs would be kept for less time than their records"),
            field="shard_retention_days",
            remedy=Text(f"至少设为 {days}", f"Set it to {days} at least"),
        )
    if settings.witness_hours and not settings.witness_vkey:
        raise InvalidError(
            Text("没有见证人，就没有可等待的共同签名", "Without a witness there is no cosignature to wait for"),
            field="witness_hours",
            remedy=Text("填写 witness_vkey，或设为 0", "Set witness_vkey as well, or 0 here"),
        )
    return settings


def _no_such(written: str, known: list[str]) -> InvalidError:
    """Return the error for a name in the file that is no setting's; it names the one that was nearly written."""
    close = get_close_matches(written, known, 1)
    zh, en = (f"是否应为 {close[0]}？", f"Was {close[0]} meant?") if close else ("删去此行", "Take the line out")
    return InvalidError(Text("没有这个设置", "There is no such setting"), field=written, remedy=Text(zh, en))


def _remedy(field: str) -> Text:
    """Return what may be written for a setting, and where."""
    variable = PREFIX + ("*" if field == FILE else field.upper())
    zh, en = f"{FILE} 或环境变量 {variable}", f"{FILE} or {variable}"
    told = _REMEDIES.get(field) or _range(field)
    return Text(f"{told.zh}（{zh}）", f"{told.en} (in {en})") if told else Text(f"核对 {zh}", f"Check {en}")


def _range(field: str) -> Text | None:
    """Return the choices or the numbers that a setting takes, as its type says them."""
    match next((each.type for each in _FIELDS if each.name == field), None):
        case msgspec.inspect.LiteralType(values=values):
            listed = ", ".join(map(str, values))
            return Text(f"可用：{listed}", f"Write one of {listed}")
        case msgspec.inspect.IntType(ge=least, le=most):
            return Text(f"写 {least} 至 {most} 的整数", f"Write a whole number from {least} to {most}")
        case msgspec.inspect.FloatType(gt=above, le=most):
            return Text(f"写大于 {above:g}、不超过 {most:g} 的数", f"Write a number above {above:g}, {most:g} at most")
    return None
