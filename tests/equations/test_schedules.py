"""The learning-rate schedules: their course, their ends, and any array library."""

import array_api_strict as strict
import numpy as np
import pytest

from backlit.equations.schedules import SCHEDULES, Schedule, find_schedule, one_cycle, plateau, step
from backlit.errors import BacklitError

PROGRESS = [0.0, 0.1, 0.3, 0.49, 0.5, 0.74, 0.75, 1.0]
BY_PROGRESS = [name for name, row in SCHEDULES.items() if not row.reads_losses]


def factors(name):
    return SCHEDULES[name].factor(np.asarray(PROGRESS))


def test_constant_is_one():
    assert factors("constant").tolist() == [1.0] * len(PROGRESS)


def test_step_falls_at_the_half_and_at_three_quarters():
    np.testing.assert_allclose(factors("step"), [1, 1, 1, 1, 0.1, 0.1, 0.01, 0.01], rtol=1e-15)
    np.testing.assert_allclose(step(np.asarray([0.6, 0.9]), shrink=0.5), [0.5, 0.25])


def test_cosine_goes_down_from_one_to_nothing_in_half_a_wave():
    values = factors("cosine")
    assert values[0] == 1
    assert values[-1] == pytest.approx(0, abs=1e-15)
    assert values[4] == pytest.approx(0.5, abs=1e-15)
    assert values[2] == pytest.approx(0.7938926261462366, rel=1e-14)
    assert (np.diff(values) < 0).all()


def test_one_cycle_rises_then_falls_and_does_not_jump():
    values = factors("one_cycle")
    np.testing.assert_allclose(values[[0, 2, -1]], [0.04, 1.0, 1e-4], rtol=1e-11)
    fine = one_cycle(np.linspace(0, 1, 1001))
    assert np.argmax(fine) == 300
    assert (np.diff(fine[:300]) > 0).all()
    assert (np.diff(fine[300:]) < 0).all()
    assert np.abs(np.diff(fine)).max() < 0.01


def test_plateau_halves_after_three_epochs_without_a_new_lowest_loss():
    losses = [3.0, 2.0, 2.5, 2.0, 2.1, 2.2, 1.0, 1.1, 1.2, 1.3]
    course = [plateau(losses[:n]) for n in range(len(losses) + 1)]
    assert course == [1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25]


def test_plateau_does_not_fall_below_its_least():
    assert plateau([1.0] * 100, shrink=0.1, patience=1, least=0.01) == 0.01


@pytest.mark.parametrize("name", SCHEDULES)
def test_strict_arrays_give_the_same_factors(name):
    row = SCHEDULES[name]
    given = [1.0, 0.5, 0.6, 0.7, 0.8] if row.reads_losses else PROGRESS
    result = row.factor(strict.asarray(given))
    np.testing.assert_allclose(np.asarray(result), row.factor(np.asarray(given)), rtol=1e-14)


@pytest.mark.parametrize("name", BY_PROGRESS)
def test_a_single_progress_gives_a_single_factor_between_0_and_1(name):
    for progress in PROGRESS:
        factor = SCHEDULES[name].factor(np.asarray(progress))
        assert np.shape(factor) == ()
        assert -1e-15 <= float(factor) <= 1


def test_names_are_found_or_suggested():
    assert find_schedule("one-cycle") is SCHEDULES["one_cycle"]
    own = Schedule("own", SCHEDULES["constant"].factor, ("1", "1"), "")
    assert find_schedule(own) is own
    with pytest.raises(BacklitError, match="unknown schedule 'cosin'; did you mean 'cosine'"):
        find_schedule("cosin")
