"""What the registers need of the door, and how what they owe it is sent: in order, again until it is done.

# Invariant: effects reach the door in the order of the acts they follow from; one that the door cannot take now stops
# the queue, one that it refuses for good is marked and told of, and does not.
"""

from __future__ import annotations

import msgspec
from django.db import transaction
from django.utils import timezone

from shouze.client import Client, ClientError, Conflict, Invalid, NotFound, Published, Refused
from shouze.errors import UnavailableError
from shouze.language import Text
from shouze.registers.finding import registers
from shouze.registers.languages import current
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN, DoorPort
from shouze.registers.rows import Effect, Event
from shouze.registers.settling import settle
from shouze.registers.turns import turn

PAGE = 100
TURN = "effects"


def door() -> DoorPort | None:
    """Return the door that this process was given; None where it has none (a command that only reads)."""
    return GIVEN.door


def in_name_of(person: Person) -> Client:
    """Return the door as it answers this person, in the language of the page; UnavailableError where there is none."""
    reached = door()
    if reached is None:
        raise UnavailableError(Text("信息闸门没有回应", "The door does not answer"))
    return reached.acting_for(person.asserted(), current())


def send_waiting() -> int:
    """Send what waits; return how many effects were settled. One thread of one process sends at a time."""
    reached, settled = door(), 0
    if reached is None:
        return 0
    with turn(TURN, wait=True):
        while waiting := list(Effect.objects.filter(done_at=None).order_by("id")[:PAGE]):
            for effect in waiting:
                try:
                    _settle(reached, effect)
                except (Invalid, NotFound) as problem:
                    Effect.objects.filter(pk=effect.pk).update(problem=problem.code, done_at=timezone.now())
                except (Refused, Conflict) as problem:
                    over = timezone.now() if effect.kind == "call" else None
                    Effect.objects.filter(pk=effect.pk).update(problem=problem.code, done_at=over)
                    if over is None:
                        return settled
                except ClientError as problem:
                    Effect.objects.filter(pk=effect.pk).update(problem=problem.code)
                    return settled
                settled += 1
    return settled


def _settle(reached: DoorPort, effect: Effect) -> None:
    key, content = f"effect-{effect.pk}", bytes(effect.content)
    if effect.kind == "act":
        noted = msgspec.json.decode(content)
        receipt = reached.note(noted["act"], noted["person"], key)
        with transaction.atomic():
            Event.objects.filter(pk=effect.event_id or 0).update(receipt=msgspec.to_builtins(receipt))
            Effect.objects.filter(pk=effect.pk).update(done_at=timezone.now(), problem="")
        return
    if effect.kind == "call":
        call = msgspec.json.decode(content)
        reached.measure(call["verb"], call["fields"], call["person"], key)
        Effect.objects.filter(pk=effect.pk).update(done_at=timezone.now(), problem="")
        return
    if effect.kind == "revocation":
        answer = reached.revoke_token(content.decode(), key)
    else:
        answer = (reached.declare if effect.kind == "declaration" else reached.apply)(content, key)
    with transaction.atomic():
        if effect.kind == "declaration":
            _declared(effect, answer)
        Effect.objects.filter(pk=effect.pk).update(done_at=timezone.now(), epoch=answer.epoch, problem="")


def _declared(effect: Effect, answer: Published) -> None:
    register = registers()[effect.register]
    entry = register.rows().filter(pk=effect.entry).first()
    if entry is not None:
        register.declared(entry, answer)
        settle(register, entry, GIVEN.now())
