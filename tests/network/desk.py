"""Acts upon one installation's registers as its people do, from a process of its own: a JSON request on each line.

``python -m tests.network.desk FOLDER``: the server of the installation runs beside it and sends what the acts owe.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec

from shouze.settings import load_settings
from shouze.wiring.desk import KEY_FILE, DeskKeys, configure
from shouze.wiring.link import own_of, read_cosigner, read_link_key
from tests.network.ahead import move


def main() -> None:
    """Answer requests until the standard input ends."""
    home = Path(sys.argv[1])
    settings = load_settings(home, os.environ)
    move()
    configure(home, settings, msgspec.json.decode((home / KEY_FILE).read_bytes(), type=DeskKeys), None)
    from shouze.registers.ports import GIVEN

    GIVEN.own = own_of(read_link_key(home), settings, "", read_cosigner(home))
    for line in sys.stdin:
        verb, *words = json.loads(line)
        try:
            answer: Any = VERBS[verb](*words)
        except Exception as problem:  # noqa: BLE001 - the test that asked is told
            answer = {"problem": f"{type(problem).__name__}: {problem}"}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, default=str) + "\n")
        sys.stdout.flush()


def join(number: str, post: str, *roles: str) -> str:
    from shouze.registers import acting
    from shouze.registers.people.models import Person
    from shouze.registers.people.register import REGISTER

    person = Person(username=number, name=number, title=number, roles_held=list(roles), post=post)
    return acting.enrol(REGISTER, person, None).number


def password(number: str, words: str) -> str:
    from shouze.registers.people.models import Person

    person = Person.objects.get(username=number)
    person.set_password(words)
    person.save()
    return person.number


def _asked(values: dict[str, Any], reason: str, proof: str) -> Any:
    from shouze.registers.acting import Asked, Attached

    moments = {name: datetime.fromisoformat(value) for name, value in values.items() if name.endswith(("_at", "due"))}
    days = {name: date.fromisoformat(value) for name, value in values.items() if name.endswith("_on")}
    files = [Attached("paper.txt", "text/plain", proof.encode())] if proof else []
    return Asked({**values, **moments, **days}, reason, files)


def make(register: str, by: str, values: dict[str, Any], proof: str = "") -> str:
    from shouze.registers import acting
    from shouze.registers.finding import registers
    from shouze.registers.people.models import Person

    row = acting.make(registers()[register], Person.objects.get(username=by), _asked(values, "", proof))
    number: str = row.number
    return number


def do(register: str, number: str, act: str, by: str, values: dict[str, Any], reason: str = "", proof: str = "") -> str:
    from shouze.registers import acting
    from shouze.registers.finding import registers
    from shouze.registers.people.models import Person

    found = registers()[register]
    row = found.model._default_manager.get(number=number)
    wanted = found.act(act)
    done = acting.do(found, wanted, row.pk, Person.objects.get(username=by), _asked(values, reason, proof))
    state: str = done.state
    return state


def rows(register: str, **_: Any) -> list[dict[str, Any]]:
    from shouze.registers.finding import registers

    hidden = {"password", "salt"}
    found = registers()[register].model._default_manager.order_by("id").values()
    return [{name: value for name, value in row.items() if name not in hidden} for row in found]


def events(register: str, number: str) -> list[dict[str, Any]]:
    from shouze.registers.finding import registers
    from shouze.registers.rows import Event

    row = registers()[register].model._default_manager.get(number=number)
    found = Event.objects.filter(register=register, entry=row.pk).order_by("id")
    return [{"act": each.act, "receipt": each.receipt} for each in found]


def fingerprint() -> str:
    from shouze.registers.ports import own

    return own().key.public.fingerprint


def renew() -> str:
    """Announce another key and put it in place, as ``shouze link renew`` does."""
    from shouze.registers.peers.renewing import announce
    from shouze.wiring.link import replace_link_key

    key, _ = announce()
    replace_link_key(Path(sys.argv[1]), key)
    return key.public.fingerprint


def sealed(kind: str, party: str, fields: dict[str, Any], key: str, named: dict[str, Any] | None = None) -> str:
    """Return a dispatch signed by any key, as a forger would write it."""
    import msgspec

    from shouze.link.dispatch import Dispatch, seal
    from shouze.link.keys import PartyKey
    from shouze.link.kinds import KINDS
    from shouze.registers.ports import GIVEN, own

    body = msgspec.convert(fields, KINDS[kind].body)
    told = {"v": 1, "id": "7" * 32, "kind": kind, "sender": own().party, "receiver": party, "matter": "forged",
            "sequence": 1, "time": GIVEN.now(), "body": body, **(named or {})}  # fmt: skip
    if isinstance(told["time"], str):
        told["time"] = datetime.fromisoformat(told["time"])
    return seal(Dispatch(**told), PartyKey.read(key) if key else own().key)


def cookies(number: str) -> dict[str, str]:
    """Sign a person in, as their browser would be, and return its cookies."""
    from django.test import Client

    from shouze.registers.people.models import Person

    browser = Client()
    browser.force_login(Person.objects.get(username=number), "allauth.account.auth_backends.AuthenticationBackend")
    return {name: each.value for name, each in browser.cookies.items()}


VERBS: dict[str, Any] = {
    "join": join, "make": make, "do": do, "rows": rows, "events": events, "fingerprint": fingerprint, "renew": renew,
    "sealed": sealed, "cookies": cookies, "password": password,
}  # fmt: skip

if __name__ == "__main__":
    main()
