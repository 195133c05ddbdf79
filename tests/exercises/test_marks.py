"""Marks are for values that are right: not for digits copied from a report, nor for what a coarse type rounds off."""

import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backlit.exercises import Limits, all_exercises
from backlit.exercises.far_off import far_off
from backlit.exercises.format import Value
from backlit.exercises.right import reference
from backlit.exercises.submission import check_trusted
from backlit.exercises.submission_report import SubmissionReport
from backlit.exercises.value_checks import Claimed, value_verdict

EXERCISES = {exercise.name: exercise for exercise in all_exercises()}
PLAIN = [name for name, e in EXERCISES.items() if all(value.expression == value.name for value in e.values)]


def verdict_on(value, array, expected):
    """The verdict on an array that a process told of."""
    facts = {"kind": "number", "dtype": str(array.dtype), "shape": list(array.shape)}
    facts["data"] = np.float64(array).ravel().tolist()
    return value_verdict(value, facts, expected, [])


def judged(value, array, expected):
    """The verdict on an array, and all that a report says of it."""
    verdict = verdict_on(value, array, expected)
    report = SubmissionReport("name", "title", (verdict,))
    return verdict, report.to_text() + report.to_json() + report._repr_html_()


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["float64", "float32", "float16"]),
    st.sampled_from([1e-6, 1e-4, 0.005, 0.02]),
    st.integers(0, 2**32 - 1),
    st.booleans(),
)
def test_the_tolerance_is_a_ceiling_whatever_the_type(dtype, tolerance, seed, as_floats):
    rng = np.random.default_rng(seed)
    expected = rng.normal(size=(3, 4))
    array = (expected * (1 + tolerance * rng.uniform(-3, 3, size=(3, 4)))).astype(dtype)
    if as_floats:
        array = array.astype(float)
    error = np.abs(array.astype(float) - expected)
    ok = verdict_on(Value("a", "a", tolerance), array, expected).ok
    if ok:
        # what sums that cancel may be off by is next to nothing, and never more than the tolerance
        assert (error <= 1.001 * tolerance * np.abs(expected) + min(tolerance, 1e-3 * tolerance + 2e-7) * 5).all()
    if dtype == "float64":
        assert ok == bool((error <= tolerance * (
            np.abs(expected) + 1e-3 * np.abs(expected).max())).all())  # fmt: skip


@pytest.mark.parametrize("name", EXERCISES)
@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_values_off_by_twice_the_tolerance_are_wrong(name, dtype):
    exercise = EXERCISES[name]
    for value, expected in zip(exercise.values, reference(exercise).solution, strict=True):
        array = (expected * (1 + 2.5 * value.tolerance)).astype(dtype)
        off = np.abs(array.astype(float) - expected) > 2 * value.tolerance * np.abs(expected)
        if off.any() and abs(expected).max() <= abs(expected[off]).max():
            assert not verdict_on(value, array, expected).ok


@pytest.mark.parametrize("name", PLAIN)
def test_float16_is_a_finding_of_its_own(name):
    exercise = EXERCISES[name]
    halves = "".join(f"{value.name} = np.float16({value.name})\n" for value in exercise.values)
    floats = "".join(f"{value.name} = np.float64(np.float16({value.name}))\n" for value in exercise.values)
    sources = [f"{exercise.solution}\nimport numpy as np\n{lines}" for lines in (halves, floats)]
    right = reference(exercise).solution
    for report in check_trusted([source.encode() for source in sources], exercise, Limits()):
        within = [v.tolerance > 1e-3 or (np.float16(e) == e).all() for v, e in zip(exercise.values, right, strict=True)]
        assert [verdict.ok for verdict in report.verdicts] == within
        if not all(within):
            assert [finding.identifier for finding in report.findings] == ["half-precision"]
            assert "float64" in report.to_text()


def test_a_mistake_in_float16_is_named_beside_it():
    exercise = EXERCISES["lesson"]
    source = re.sub(r"hidden_error_term = .*?(?=\n\S)", "hidden_error_term = output_error_term * weights_hidden_output",
                    exercise.solution, flags=re.S)  # fmt: skip
    source += "\nimport numpy as np\nhidden_error_term = np.float16(hidden_error_term)\n"
    (report,) = check_trusted([source.encode()], exercise, Limits())
    names = [finding.identifier for finding in report.findings]
    assert names[0] == "half-precision"
    assert "missing-hidden-derivative" in names


NUMBER = re.compile(r"-?\d+\.?\d*(?:e[+-]?\d+)?")


@pytest.mark.parametrize("name", EXERCISES)
def test_a_report_gives_no_digits_of_a_right_value(name):
    exercise, rng = EXERCISES[name], np.random.default_rng(0)
    for value, expected in zip(exercise.values, reference(exercise).solution, strict=True):
        scale = np.max(np.abs(expected), initial=1.0)
        guesses = [np.zeros_like(expected), rng.normal(scale=scale, size=expected.shape), expected * 1.3, -expected]
        guesses += [np.float16(guess) for guess in guesses] + [np.full_like(expected, 1e9)]
        for guess in guesses:
            verdict, text = judged(value, np.asarray(guess), expected)
            if verdict.ok:
                continue
            assert verdict.expected is None
            assert verdict.relative_error is None
            own = {f"{number:.6g}" for number in np.float64(guess).ravel()}
            shown = [float(n) for n in NUMBER.findall(verdict.remark.partition(": ")[2]) if n not in own]
            # a count of entries and a factor between all of them are no right values
            shown = [n for n in shown if f"{n:g} of " not in verdict.remark and f"is {n:g} times" not in verdict.remark]
            shown = [n for n in shown if f" of {n:g} entries" not in verdict.remark]
            assert shown == [], text


@pytest.mark.parametrize("right", [0.5, -0.00204, 17.25, 0.31726543])
@pytest.mark.parametrize("tolerance", [1e-6, 1e-4])
def test_halving_a_range_by_what_reports_say_does_not_find_the_right_value(right, tolerance):
    value, expected = Value("a", "a", tolerance), np.asarray(right)
    sign = -1.0 if "wrong sign" in judged(value, np.asarray(1e-12), expected)[0].remark else 1.0
    for words, factor in (("more than twice too large", 3), ("more than ten times too large", 15),
                          ("more than twice too small", 1 / 3)):  # fmt: skip
        low, high = 1e-9, 1e9
        for _ in range(80):
            middle = float(np.sqrt(low * high))
            verdict, _ = judged(value, np.asarray(sign * middle), expected)
            said = re.search(r"more than [a-z ]+? too (large|small)", verdict.remark)
            told = said[0] if said else ""
            above = "too large" in told and (words.endswith("small") or told == words or "hundred" in told or (
                words.startswith("more than twice") and "ten" in told))  # fmt: skip
            if words.endswith("small"):
                above = "too small" not in told
            low, high = (low, middle) if above else (middle, high)
        found = sign * np.sqrt(low * high) / factor
        assert not judged(value, np.asarray(found), expected)[0].ok


def test_what_is_said_is_true():
    rng = np.random.default_rng(1)
    for _ in range(300):
        claimed, expected = rng.normal(size=2) * 10.0 ** rng.integers(-4, 4, size=2)
        words = far_off(Claimed(np.asarray([claimed])), np.asarray([expected]))[2]
        assert ("wrong sign" in words) == (claimed * expected < 0)
        ratio = abs(claimed / expected)
        times = max(ratio, 1 / ratio)
        for least, said in ((100, "hundred times"), (10, "ten times"), (2, "than twice")):
            if said in words:
                assert times > least
                assert ("too large" in words) == (ratio > 1)
        assert times < 4 or "more than" in words


def test_a_factor_between_all_entries_and_a_rounding_are_told():
    expected = np.asarray([0.123456789, -0.987654321])
    assert "every entry is 2 times the right one" in far_off(Claimed(2 * expected), expected)[2]
    assert "looks rounded to 3 decimals" in far_off(Claimed(expected.round(3)), expected)[2]
    # a guess of one digit is not confirmed
    assert "rounded" not in far_off(Claimed(expected.round(1)), expected)[2]


def test_json_holds_no_right_value():
    exercise = EXERCISES["lesson"]
    (report,) = check_trusted([exercise.starter.encode()], exercise, Limits())
    facts = json.loads(report.to_json())
    assert all(verdict["expected"] is None and verdict["relative_error"] is None for verdict in facts["verdicts"])
