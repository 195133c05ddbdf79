"""The evaluation of the checks can fail: what it counts as named, tied or right."""

import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import evaluation_hard
import evaluation_page
import evaluation_scripts
import evaluation_singles
import planted

from backlit.apart.limits import Limits
from backlit.exercises.find import find_exercise
from backlit.exercises.submission import check_source

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
Outcome = evaluation_singles.Outcome


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (Outcome("wrong-sign", "wrong-sign", ()), "named"),
        (Outcome("wrong-sign", "factor-two", ("wrong-sign",), frozenset(["factor-two"])), "tie"),
        # the first name does not give the numbers; nor does another that is listed; the truth is not listed
        (Outcome("wrong-sign", "factor-two", ("wrong-sign",)), "wrong"),
        (Outcome("wrong-sign", "factor-two", ("wrong-sign", "rounded"), frozenset(["factor-two"])), "wrong"),
        (Outcome("wrong-sign", "factor-two", (), frozenset(["factor-two"])), "wrong"),
        (Outcome("wrong-sign", "unknown", ()), "unknown"),
        (Outcome("wrong-sign", "", ()), "missed"),
    ],
)
def test_a_tie_counts_where_every_name_in_it_is_proved(outcome, kind):
    assert outcome.kind == kind


def test_a_name_that_does_not_give_the_numbers_is_not_possible():
    task = planted.random_task(np.random.default_rng(1))
    claim = planted.claimed(task, "wrong-sign")
    assert evaluation_singles.possible(task, claim, "wrong-sign")
    assert not evaluation_singles.possible(task, claim, "factor-two")


def test_figures_that_are_not_reached_are_told():
    outcomes = [Outcome("wrong-sign", "wrong-sign", ())] * 90
    outcomes += [Outcome("wrong-sign", "factor-two", ())] * 9 + [Outcome("wrong-sign", "", ())]
    pairs = [evaluation_hard.PairOutcome(("wrong-sign", "mean-twice"), (), frozenset())]
    nonsense = [evaluation_hard.NonsenseOutcome("noise", "wrong-sign", "certain", facts_right=False)]
    first = evaluation_scripts.First(("unknown",), as_labelled=False)
    hand = [evaluation_scripts.HandOutcome("lesson", "own", ("right",), "", ("unknown",), True, False, first)]
    failed = evaluation_page.failures(evaluation_page.Results(outcomes, 100, ["alarm"], pairs, nonsense, [], hand))
    for words in (
        "1 of 100 missed",
        "90 of 100 named",
        "9 of 100 named wrongly",
        "1 false alarms",
        "1 missed",
        "a name",
        "own",
    ):
        assert any(words in line for line in failed), words


def test_every_submission_has_a_label_and_what_was_said_at_first():
    files = {(path.parent.name, path.stem) for path in (BENCHMARKS / "submissions").glob("*/*.py")}
    assert len(files) == 44
    for name in ("labels.toml", "first.toml"):
        told = tomllib.loads((BENCHMARKS / "submissions" / name).read_text(encoding="utf-8"))
        assert {(folder, file) for folder, rows in told.items() for file in rows} == files


def test_the_lesson_s_code_takes_most_mistakes_and_each_changes_what_is_asked_for():
    jobs = evaluation_scripts.scripts_of(find_exercise("lesson"))
    identifiers = {name for names, _, _ in jobs for name in names}
    assert {"missing-hidden-derivative", "wrong-sign", "column-needed", "updated-weights-used"} <= identifiers
    right = find_exercise("lesson").solution
    assert all(code != right for _, code, _ in jobs)


def test_what_nothing_explains_stands_before_a_mistake_below_it():
    source = (BENCHMARKS / "submissions" / "by-hand" / "hidden_unit_linear.py").read_bytes()
    report = check_source(source, find_exercise("by-hand"), Limits())
    assert [finding.identifier for finding in report.findings] == ["unknown", "missing-hidden-derivative"]
