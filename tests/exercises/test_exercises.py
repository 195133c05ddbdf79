"""The catalog of exercises: whatever folder stands in it is tested here."""

import ast
import difflib
import runpy
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backlit.check.mistakes import MISTAKES
from backlit.exercises import all_exercises, exercise_of_file
from backlit.exercises.find import CATALOG
from backlit.exercises.start import starter_text
from backlit.exercises.validate import validated

ROOT = Path(__file__).parents[2]
EXERCISES = {exercise.name: exercise for exercise in all_exercises()}


@pytest.fixture(scope="module")
def validations():
    """Every exercise validated, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(EXERCISES, pool.map(validated, EXERCISES.values()), strict=True))


@pytest.mark.parametrize("name", EXERCISES)
def test_its_solution_is_right_its_starter_runs_and_its_mistakes_are_named(name, validations):
    assert validations[name].ok, validations[name].to_text()
    assert len(validations[name].points) == len(EXERCISES[name].mistakes) + 4


def test_the_exercises_go_from_easy_to_hard():
    known = (
        "sigmoid-unit by-hand lesson training-loop batch tanh-relu softmax biases any-depth weight-decay "
        "gradient-checker momentum-adam"
    )
    # one more may stand anywhere among them
    assert [name for name in EXERCISES if name in known.split()] == known.split()
    orders = [exercise.order for exercise in EXERCISES.values()]
    assert orders == list(range(1, len(EXERCISES) + 1)), "`order` in each exercise.toml: 1, 2, 3 ..., none twice"


@pytest.mark.parametrize("name", EXERCISES)
def test_it_has_hints_and_mistakes_enough(name):
    exercise = EXERCISES[name]
    assert 4 <= len(exercise.hints) <= 5
    assert len(exercise.mistakes) >= 6
    assert "TODO" in exercise.starter
    assert "TODO" not in exercise.solution
    for mistake in exercise.mistakes:
        assert mistake.name.startswith(mistake.identifier)
        assert mistake.sentence.endswith(".")
        assert mistake.instead


@pytest.mark.parametrize("name", EXERCISES)
def test_no_hint_gives_the_whole(name):
    """No hint holds more than half of what the solution has in place of the blanks."""
    exercise = EXERCISES[name]
    diff = difflib.ndiff(exercise.starter.splitlines(), exercise.solution.splitlines())
    filled = [line[2:].split(" = ", 1)[-1].strip() for line in diff if line.startswith("+ ")]
    filled = [line for line in filled if not line.startswith(("#", "return", "for "))]
    for hint in exercise.hints:
        told = [line for line in filled if line in hint]
        assert len(told) <= max(1, len(filled) // 2), (hint, told)


@pytest.mark.parametrize("name", EXERCISES)
def test_its_files_need_numpy_only(name):
    exercise = EXERCISES[name]
    for source in (exercise.starter, exercise.solution):
        imported = {
            alias.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import) for alias in node.names
        }
        assert imported <= {"numpy", "math"}
        assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]


@pytest.mark.parametrize("name", EXERCISES)
def test_its_starter_says_which_exercise_it_is(name, tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(starter_text(EXERCISES[name]), encoding="utf-8")
    assert exercise_of_file(path).name == name


def test_every_identifier_is_one_of_the_mistakes_or_documented_as_an_exercises_own():
    page = (ROOT / "docs" / "exercises.md").read_text(encoding="utf-8")
    for exercise in EXERCISES.values():
        for mistake in exercise.mistakes:
            assert mistake.identifier in MISTAKES or f"- `{mistake.identifier}`: " in page


def test_the_page_of_the_exercises_is_current():
    page = runpy.run_path(str(ROOT / "docs" / "make_exercises.py"))["page"]()
    assert (ROOT / "docs" / "exercises.md").read_text(encoding="utf-8") == page


def test_the_catalog_is_what_comes_with_backlit():
    assert {path.name for path in CATALOG.iterdir() if path.is_dir()} == set(EXERCISES)
