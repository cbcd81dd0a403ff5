"""Measures: requests are counted in series of their own; what is under way is a number."""

from __future__ import annotations

from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from shouze.api.measures import Measures
from shouze.registers.standings.latest import remember
from shouze.rules.duties.answering import Answer
from shouze.worker.measuring import Duties

LABELS = ("verb", "outcome", "code", "le")


def series(measures: Measures) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(generate_latest(measures.registry).decode())
    return {
        (sample.name, *(sample.labels[name] for name in LABELS if name in sample.labels)): sample.value
        for family in families
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def test_each_request_is_counted_and_timed() -> None:
    measures = Measures()
    for seconds in (0.0005, 0.03, 20):
        measures.note("release", "done", "", seconds)
    measures.note("release", "refused", "not-entitled", 0.002)
    found = series(measures)
    assert found["shouze_requests_total", "release", "done", ""] == 3
    assert found["shouze_requests_total", "release", "refused", "not-entitled"] == 1
    assert found["shouze_request_seconds_count", "release"] == 4
    within = [found["shouze_request_seconds_bucket", "release", bound] for bound in ("0.001", "0.05", "10.0", "+Inf")]
    assert within == [1, 3, 3, 4]


def test_what_is_under_way_goes_up_and_down() -> None:
    measures = Measures()
    measures.under_way += 2
    assert series(measures)["shouze_requests_under_way",] == 2
    measures.under_way -= 2
    assert series(measures)["shouze_requests_under_way",] == 0


def test_what_runs_beside_the_door_is_measured_with_it() -> None:
    remember([Answer(duty="A12-15d", state="breached")])
    try:
        shown = generate_latest(Measures([Duties()]).registry).decode()
    finally:
        remember([])
    assert 'shouze_duty{duty="A12-15d",state="breached"} 1.0' in shown
    assert "shouze_requests_under_way 0.0" in shown
