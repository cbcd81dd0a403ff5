"""Two gateways and programs that replace keys, interleaved as chance has it: what must hold whatever they do."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from shouze.errors import SealedError
from shouze.gateway.ports import EndedKey
from shouze.gateway.rewrapping import GRACE, retire, rewrap
from shouze.gateway.wrapping import keep_fresh_key
from shouze.store.sqlite import connect
from shouze.vault.key_file import FileKeyRing
from shouze.vault.keys import WrappedKey, unwrap_subject_key
from tests.gateway.turning import RING, Gateway, Stepped, Tasks
from tests.installation import MovingClock

GROUND = "mail/contact"


class Interleaved(RuleBasedStateMachine):
    """Two gateways and any number of programs that replace keys, each going on whenever it is let."""

    made: Path

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        home = Path(shutil.copytree(self.made, self.folder / "home"))
        self.runner, self.clock, self.tasks = asyncio.Runner(), MovingClock(), Tasks()
        self.gateways = [Gateway(home, self.clock, node) for node in (1, 2)]
        self.living: dict[str, tuple[int, bytes]] = {}
        self.gone: dict[str, tuple[int, WrappedKey]] = {}
        self.fetched: list[tuple[Gateway, str, int, WrappedKey, Any]] = []

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            for _ in range(len(self.tasks.running)):
                self.runner.run(self.tasks.kill(0))
            for each in self.gateways:
                self.runner.run(each.stores.close())
            self.runner.close()
            shutil.rmtree(self.folder)

    @rule(which=st.integers(0, 1))
    def add(self, which: int) -> None:
        subject, version = f"s{len(self.living) + len(self.gone)}", 1
        key, _ = self.runner.run(keep_fresh_key(self.gateways[which].room, subject, GROUND, version))
        self.living[subject] = version, key

    @precondition(lambda self: self.living)
    @rule(which=st.integers(0, 1), number=st.integers(0))
    def destroy(self, which: int, number: int) -> None:
        subject = sorted(self.living)[number % len(self.living)]
        version, _ = self.living.pop(subject)
        self.gone[subject] = version, self.fetch(which, subject)[version]
        self.runner.run(self.gateways[which].stores.keys.destroy(subject, [EndedKey(GROUND, version)]))

    @precondition(lambda self: self.living)
    @rule(which=st.integers(0, 1), number=st.integers(0))
    def fetch_to_open_later(self, which: int, number: int) -> None:
        subject = sorted(self.living)[number % len(self.living)]
        version, _ = self.living[subject]
        wrapped = self.fetch(which, subject)[version]
        self.fetched.append((self.gateways[which], subject, version, wrapped, self.clock.now()))

    @rule(which=st.integers(0, 1))
    def rotate(self, which: int) -> None:
        ring = self.gateways[which].ring
        ring.add_epoch(self.clock.now())

    @rule(which=st.integers(0, 1), verb=st.sampled_from((rewrap, retire)))
    def begin_a_program(self, which: int, verb: Any) -> None:
        if len(self.tasks.running) < 4:
            gateway = self.gateways[which]
            stepped: Any = Stepped(gateway.keys, self.tasks.pause)
            self.runner.run(self.tasks.begin(lambda: verb(gateway.turning(stepped))))

    @precondition(lambda self: self.tasks.running)
    @rule(number=st.integers(0, 3), times=st.integers(1, 6))
    def go_on(self, number: int, times: int) -> None:
        for _ in range(times):
            if self.tasks.running:
                self.runner.run(self.tasks.step(number))

    @precondition(lambda self: self.tasks.running)
    @rule(number=st.integers(0, 3))
    def kill(self, number: int) -> None:
        self.runner.run(self.tasks.kill(number))

    @rule(which=st.integers(0, 1))
    def refresh(self, which: int) -> None:
        self.gateways[which].ring.refresh()

    @rule(seconds=st.sampled_from((1, 30, 61)))
    def wait(self, seconds: int) -> None:
        self.clock.move(timedelta(seconds=seconds))

    @rule(which=st.integers(0, 1))
    def retire_undisturbed(self, which: int) -> None:
        """Nothing is wrapped under an epoch that is gone, and copies of what was destroyed before are worthless."""
        turning = self.gateways[which].turning()
        again = self.runner.run(retire(turning))
        if again is not None:
            self.clock.time = max(self.clock.time, again)
            self.fetched.clear()
            assert self.runner.run(retire(turning)) is None
        ring = FileKeyRing.open(self.folder / "home" / RING)
        with connect(self.folder / "home" / "keys.db", "keys") as keys:
            epochs = {epoch for (epoch,) in keys.execute("SELECT DISTINCT epoch FROM keys.subject_key")}
        assert epochs <= ring.epochs().keys()
        for subject, (_, wrapped) in self.gone.items():
            if wrapped.epoch not in ring.epochs():
                with pytest.raises(SealedError):
                    unwrap_subject_key(ring, wrapped, subject, GROUND)

    @invariant()
    def living_keys_open_and_destroyed_ones_stay_away(self) -> None:
        for which, gateway in enumerate(getattr(self, "gateways", ())):
            for subject, (version, key) in self.living.items():
                wrapped = self.fetch(which, subject)[version]
                assert unwrap_subject_key(gateway.ring, wrapped, subject, GROUND) == key
            assert not any(self.fetch(which, subject) for subject in self.gone)

    @invariant()
    def what_was_fetched_within_the_grace_opens(self) -> None:
        for gateway, subject, version, wrapped, at in getattr(self, "fetched", ()):
            if subject in self.living and self.clock.now() < at + GRACE:
                assert unwrap_subject_key(gateway.ring, wrapped, subject, GROUND) == self.living[subject][1], version

    def fetch(self, which: int, subject: str) -> dict[int, WrappedKey]:
        return dict(self.runner.run(self.gateways[which].stores.keys.fetch(subject, [GROUND]))[GROUND])
