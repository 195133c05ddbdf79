"""Marks without a calculation: what reports tell, put back into the file until it is right or nothing new is told.

Three ways, on every exercise that asks for plain variables: each number that a report shows for a right value, as
float16 (what gave full marks once); what it says in words (too large, the wrong sign, a factor between all entries),
followed entry by entry; and the solution itself, rounded off to float16.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from backlit.exercises import all_exercises, check_submission
from backlit.exercises.format import Exercise
from backlit.exercises.right import reference
from backlit.exercises.submission_report import SubmissionReport
from backlit.exercises.value_checks import value_verdict

Arrays = dict[str, np.ndarray]
STEPS = {"a hundred times": 150.0, "ten times": 15.0, "twice": 3.0}


def checked(arrays: Arrays, exercise: Exercise, folder: Path) -> SubmissionReport:
    """Check a file that states arrays, as a student would."""
    lines = [f"{name} = np.array({array.tolist()!r}, np.float16)\n" for name, array in arrays.items()]
    path = folder / "try.py"
    path.write_text("import numpy as np\nfrom numpy import nan, inf\n" + "".join(lines))
    return check_submission(path, exercise)


def told_apart(arrays: Arrays, exercise: Exercise, folder: Path) -> SubmissionReport:
    """Return what a check would say of the same arrays as float64, each by itself: many a second."""
    verdicts = []
    for value, expected in zip(exercise.values, reference(exercise).solution, strict=True):
        array = arrays[value.name]
        facts = {"kind": "number", "dtype": "float64", "shape": list(array.shape), "data": array.ravel().tolist()}
        verdicts.append(value_verdict(value, facts, expected, []))
    return SubmissionReport(exercise.name, exercise.title, tuple(verdicts))


def shaped(report: SubmissionReport, arrays: Arrays) -> bool:
    """Give arrays the shapes that a report asks for; say whether one changed."""
    changed = False
    for verdict in report.verdicts:
        found = re.search(r"expected (?:numbers of shape )?\(([\d, ]*)\)", verdict.remark)
        if verdict.status == "shape" and found:
            arrays[verdict.quantity] = np.full([int(n) for n in re.findall(r"\d+", found[1])], 0.5)
            changed = True
    return changed


def entry(address: str, array: np.ndarray) -> tuple[int, ...]:
    """Return which entry an address is."""
    numbers = [int(n) - 1 for n in re.findall(r"\d+", address)]
    if len(numbers) == array.ndim:
        return tuple(numbers)
    return tuple(int(i) for i in np.unravel_index(numbers[-1] if numbers else 0, array.shape))


def follow_digits(report: SubmissionReport, arrays: Arrays) -> bool:
    """Put each number that is shown for a right value in its place; say whether there was one."""
    changed = shaped(report, arrays)
    for verdict in report.verdicts:
        shown = re.search(r"expected (-?\d+\.?\d*(?:e[+-]?\d+)?)\b", verdict.remark)
        right = verdict.expected if verdict.expected is not None else float(shown[1]) if shown else None
        array = arrays[verdict.quantity]
        if verdict.status == "wrong" and right is not None and array[entry(verdict.address, array)] != right:
            array[entry(verdict.address, array)] = right
            changed = True
    return changed


def follow_words(report: SubmissionReport, arrays: Arrays) -> bool:
    """Move each worst entry as its words say; say whether one moved."""
    changed = shaped(report, arrays)
    for verdict in report.verdicts:
        array = arrays[verdict.quantity]
        if verdict.status != "wrong" or (not verdict.address and "times the right one" not in verdict.remark):
            continue
        factor = re.search(r"every entry is (\S+) times", verdict.remark)
        if factor:
            array /= float(factor[1])
            changed = True
            continue
        step = next((size for words, size in STEPS.items() if f"more than {words}" in verdict.remark), 1.0)
        step = 1 / step if "too large" in verdict.remark else step
        move = step * (-1 if "wrong sign" in verdict.remark else 1)
        array[entry(verdict.address, array)] *= move
        changed |= move != 1
    return changed


Check = Callable[[Arrays, Exercise, Path], SubmissionReport]
Follow = Callable[[SubmissionReport, Arrays], bool]


def attack(exercise: Exercise, folder: Path, check: Check, follow: Follow, most: int) -> tuple[int, float]:
    """Return after how many checks an attack was right, or at its end, and the share of the marks that it has."""
    arrays: Arrays = {value.name: np.array(0.5) for value in exercise.values}
    for turn in range(1, most + 1):
        report = check(arrays, exercise, folder)
        if report.ok or not follow(report, arrays):
            # the same file again would have the same report
            return turn, report.points(1)
    return most, check(arrays, exercise, folder).points(1)


def in_float16(exercise: Exercise) -> tuple[int, int]:
    """Return how many values of the solution in float16 pass, and how many are within the exercise's tolerance."""
    passed = may = 0
    for value, expected in zip(exercise.values, reference(exercise).solution, strict=True):
        half = np.asarray(np.float16(expected), np.float64)
        facts = {"kind": "number", "dtype": "float16", "shape": list(half.shape), "data": half.ravel().tolist()}
        passed += value_verdict(value, facts, expected, []).ok
        largest = np.abs(expected).max(initial=0.0)
        may += bool((np.abs(half - expected) <= value.tolerance * (np.abs(expected) + 1e-3 * largest)).all())
    return passed, may


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("exercises", nargs="*", help="names; all of them, if none is given")
    parser.add_argument("--most", type=int, default=400, help="checks, at most, of one exercise")
    given = parser.parse_args(arguments)
    full = undeserved = tried = 0
    with tempfile.TemporaryDirectory() as folder:
        for exercise in all_exercises():
            if given.exercises and exercise.name not in given.exercises:
                continue
            if not all(value.expression == value.name for value in exercise.values):
                print(f"{exercise.name:20} asks for functions: there is nothing to copy into")
                continue
            digits = attack(exercise, Path(folder), checked, follow_digits, given.most)
            words = attack(exercise, Path(folder), told_apart, follow_words, given.most)
            passed, may = in_float16(exercise)
            tried += 1
            full += digits[1] == 1 or words[1] == 1
            undeserved += passed - may
            print(
                f"{exercise.name:20} digits: {digits[1]:.2f} of 1 after {digits[0]} checks; "
                f"words: {words[1]:.2f} after {words[0]}; "
                f"in float16 {passed} of {len(exercise.values)} pass, {may} within their tolerance"
            )
    print(f"full marks by copying in {full} of {tried} exercises; float16 beyond the tolerance: {undeserved} values")
    return 1 if full or undeserved or not tried else 0


if __name__ == "__main__":
    sys.exit(main())
