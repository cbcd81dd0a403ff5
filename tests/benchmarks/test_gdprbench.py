"""GDPRbench as it is written anew: its records, its distributions, its model, and every side run small."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from benchmarks.gdprbench.checking import check_answers, check_state
from benchmarks.gdprbench.declared import declaration, metadata_of, place_of, services_for
from benchmarks.gdprbench.drawing import fnv, scrambled_zipfian, zipfian
from benchmarks.gdprbench.mixes import MIXES
from benchmarks.gdprbench.model import Model
from benchmarks.gdprbench.operations import Operation, Stream
from benchmarks.gdprbench.records import METADATA, TOKENS, VALUE_BYTES, row_of, value_of

from shouze.rules.declaration import check_file
from shouze.rules.document import Lines
from shouze.rules.standing import Standing
from shouze.wiring import read_statutes

ROOT = Path(__file__).resolve().parents[2]


def test_metadata_have_the_published_cardinalities() -> None:
    rows = [row_of(number) for number in range(10_000)]
    found = {field: len({getattr(row, field) for row in rows}) for field in METADATA}
    assert found == {**TOKENS, "ttl": 10, "usr": 10_000}
    assert {len(row.data) for row in rows} == {VALUE_BYTES}
    assert len({row.data for row in rows}) == len(rows)


def test_the_hash_is_fnv_1a_over_eight_octets() -> None:
    """The reference: the published definition of FNV-1a, computed on bytes."""
    for number in (0, 1, 255, 10_000, 2**63 + 1):
        hashed = 0xCBF29CE484222325
        for octet in number.to_bytes(8, "little"):
            hashed = (hashed ^ octet) * 0x100000001B3 % 2**64
        assert fnv(number) == abs(int.from_bytes(hashed.to_bytes(8, "big"), "big", signed=True))


def test_the_commonest_item_is_drawn_as_often_as_the_zipfian_law_says() -> None:
    random = Random(1)
    ranks = Counter(zipfian(random.random()) for _ in range(50_000))
    assert ranks[0] / 50_000 == pytest.approx(1 / 26.469, rel=0.1)
    assert ranks[1] / ranks[0] == pytest.approx(0.5**0.99, rel=0.1)
    drawn = Counter(scrambled_zipfian(random, 1_000) for _ in range(20_000))
    assert max(drawn.values()) > 20 * 20
    assert set(drawn) <= set(range(1_000))


@pytest.mark.parametrize("variant", MIXES)
def test_the_shares_of_every_mix_are_a_whole(variant: str) -> None:
    for mix in MIXES[variant].values():
        assert sum(share.weight for share in mix.shares.values()) == pytest.approx(1)


def test_the_same_seed_draws_the_same_operations() -> None:
    mix = MIXES["paper"]["controller"]
    assert Stream(100, 7).draw(mix, 200) == Stream(100, 7).draw(mix, 200)
    assert Stream(100, 7).draw(mix, 200) != Stream(100, 8).draw(mix, 200)


def test_created_records_are_numbered_on_and_drawn_ones_exist() -> None:
    drawn = Stream(100, 7).draw(MIXES["repo"]["controller"], 400)
    created = [each.number for each in drawn if each.kind == "create"]
    assert created == list(range(100, 100 + len(created)))
    assert all(each.number < 100 for each in drawn if each.kind != "create")


def test_the_model_changes_what_meets_the_condition_and_nothing_else() -> None:
    model = Model(100, 50)
    assert model.expire() == 10
    assert model.apply(Operation("verify-ttl", 0)) is True
    assert model.apply(Operation("update-metadata-by-pur", 1, "shr", "shr7")) == 4
    assert {row.shr for row in model.state.values() if row.pur == "purpose1"} == {"shr7"}
    assert model.apply(Operation("delete-by-usr", 2)) == 2
    assert model.apply(Operation("read-by-key", 52)) == {}
    assert model.apply(Operation("verify-deletion", 52)) is True
    assert model.apply(Operation("update-by-key", 3, "data", value_of(3, 1))) == 1
    assert model.apply(Operation("read-by-usr", 3)) == {"key3": value_of(3, 1), "key53": value_of(53)}


def test_a_wrong_answer_or_state_ends_the_run() -> None:
    operation, state = Operation("read-by-key", 1), {"key1": row_of(1), "key2": row_of(2)}
    check_answers("a side", [operation], [{"key1": "x"}], [{"key1": "x"}])
    check_state("a side", state, dict(state))
    with pytest.raises(RuntimeError, match="was answered"):
        check_answers("a side", [operation], [{"key1": "x"}], [{}])
    with pytest.raises(RuntimeError, match="the first key2"):
        check_state("a side", state, {"key1": row_of(1)})
    with pytest.raises(RuntimeError, match="the first key1"):
        check_state("a side", state, {**state, "key1": row_of(1)._replace(obj="obj9")})


def test_the_services_of_a_purpose_hold_its_records_and_no_others() -> None:
    check_file(declaration(2), Lines(), read_statutes())
    for number in range(200):
        place = place_of(number, 100)
        assert place.service in services_for(place.row.pur)
        assert place.service not in services_for("purpose24" if place.row.pur != "purpose24" else "purpose0")
    with pytest.raises(KeyError):
        metadata_of(place_of(1, 100), Standing())


@pytest.mark.lasting
@pytest.mark.parametrize("variant", ["repo", "paper"])
def test_every_side_answers_rightly_and_ends_in_the_right_state(variant: str) -> None:
    command = [sys.executable, "-m", "benchmarks.gdprbench", "--quick", "--variant", variant]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    for role in MIXES[variant]:
        assert f"G13 door time / plain [{variant}, {role}]" in done.stdout
