"""The import's benchmark, from samples of its memory to its figures."""

from importing import Imported, Sampled, results


def test_a_sample_taken_once_the_command_had_ended_says_nothing_of_its_memory() -> None:
    imported = Imported(20, 1.0, 0.5, [Sampled(0, 40.0), Sampled(2, 50.0), Sampled(5, 0.0), Sampled(20, 0.0)])

    assert imported.peaks() == [Sampled(0, 40.0), Sampled(2, 50.0)]
    assert [each.middle for each in results(imported)] == [20.0, 0.5, 1.0]


def test_an_import_that_ended_before_its_first_sample_has_no_growth() -> None:
    imported = Imported(20, 1.0, 0.5, [Sampled(20, 0.0)])

    assert imported.peaks() == []
    assert results(imported)[-1].middle == 1.0
