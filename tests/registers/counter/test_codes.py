"""One-time codes: kept as a digest, good for a while and for one call."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from shouze.registers.counter.codes import digest_of, fits
from shouze.registers.counter.models import Call
from shouze.registers.one_time_codes import fresh_code


def test_a_code_fits_its_own_call_in_time() -> None:
    now, call = timezone.now(), Call(number="C-2026-0001")
    code = fresh_code()
    call.code, call.code_until = digest_of(call, code), now + timedelta(minutes=10)
    assert fits(call, f" {code} ", now)
    assert not fits(call, code, now + timedelta(minutes=10))
    assert not fits(call, str((int(code) + 1) % 10**6).zfill(6), now)
    assert not fits(Call(number="C-2026-0002", code=call.code, code_until=call.code_until), code, now)
    assert not fits(Call(number="C-2026-0001"), "", now)


def test_a_code_has_six_digits_and_is_not_what_is_kept() -> None:
    code = fresh_code()
    assert (len(code), code.isdecimal()) == (6, True)
    assert code not in digest_of(Call(number="C-1"), code)
