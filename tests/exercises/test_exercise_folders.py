"""An exercise that a teacher writes: a folder that fits is checked, one that does not is refused by file and key."""

import pytest

from backlit.errors import BacklitError
from backlit.exercises import Limits, find_exercise
from backlit.exercises.format import read_exercise
from backlit.exercises.submission import check_trusted
from backlit.exercises.validate import validated

TOML = """
title = "Twice"
text = "Write twice(x)."
hints = ["Two times x."]
[[values]]
name = "twice"
expression = "twice(21)"
"""


@pytest.fixture
def folder(tmp_path):
    """An exercise as a teacher writes it."""
    path = tmp_path / "twice"
    (path / "mistakes").mkdir(parents=True)
    (path / "exercise.toml").write_text(TOML)
    (path / "starter.py").write_text("def twice(x):\n    return None\n")
    (path / "solution.py").write_text("def twice(x):\n    return 2 * x\n")
    (path / "mistakes" / "half.py").write_text(
        '"""half: Halved.\n\nTwo times x.\n"""\ndef twice(x):\n    return x / 2\n'
    )
    return path


def test_a_teachers_folder_validates(folder):
    result = validated(find_exercise(folder))
    assert result.ok, result.to_text()


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("solution.py", "def twice(x):\n    return None\n", "expected numbers for 'twice', got none"),
        ("solution.py", "import random\ndef twice(x):\n    return random.random()\n", "not the same from run to run"),
        ("starter.py", "def twice(x):\n    return 2 * x\n", "starter.py is right already"),
        ("starter.py", "twice(\n", "starter.py does not run as it is"),
        (
            "mistakes/half.py",
            '"""half: Halved."""\ndef twice(x):\n    return 2 * x\n',
            "is right: its values are those",
        ),
        ("mistakes/two.py", '"""two: No.\n\nx\n"""\ndef twice(x):\n    return x / 2\n', "cannot be told from"),
        ("mistakes/two.py", '"""two: No.\n\nx\n"""\nraise SystemExit\n', "is named nothing, expected two"),
        ("mistakes/two.py", '"""two: No.\n\nx\n"""\nimport os\nos._exit(0)\n', "is named nothing, expected two"),
        ("exercise.toml", TOML + "[network]\nweights = [[[1.0, 2.0]], [[3.0]]]\ninput = 1\ntarget = 1\n", "network: "),
        ("exercise.toml", TOML.replace('hints = ["Two times x."]', ""), "hints: none are there"),
    ],
)
def test_a_teacher_is_told_what_does_not_hold(folder, file, text, words):
    (folder / file).write_text(text)
    result = validated(find_exercise(folder))
    assert not result.ok
    assert words in result.to_text(), result.to_text()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('title = "Twice"', "", "the key 'title' is missing"),
        ('title = "Twice"', "title = 3", "title: expected words"),
        ("text", "txet", "unknown key 'txet'; did you mean 'text'?"),
        ('"twice(21)"', '"twice(21"', "expression: expected a Python expression"),
        ("[[values]]", "[values]", "expected at least one"),
        ('hints = ["Two times x."]', 'hints = "no"', "hints: expected a list"),
        ('title = "Twice"', "title = ", "not TOML"),
        ('title = "Twice"', "order = " + "9" * 5000, "got an integer of thousands of digits"),
        ('title = "Twice"', "order = 0x" + "f" * 5000, "got an integer of thousands of digits"),
        ('title = "Twice"', "order = " + "[" * 5000, "nested too deeply"),
        ('name = "twice"', 'name = "twice"\ntolerance = 2', "tolerance: expected a number between 0 and 1"),
        ('hints = ["Two times x."]', 'prepare = "x ="', "prepare: expected Python"),
    ],
)
def test_a_folder_that_does_not_fit_is_refused_by_file_and_key(folder, old, new, words):
    (folder / "exercise.toml").write_text(TOML.replace(old, new, 1))
    with pytest.raises(BacklitError) as refused:
        read_exercise(folder)
    assert words in str(refused.value)
    assert "exercise.toml" in str(refused.value)


def test_the_exercises_own_lines_that_fail_leave_the_rest_to_be_judged(folder):
    text = 'title = "T"\ntext = "t"\nprepare = "_x = once(2)"\n'
    text += '[[values]]\nname = "a"\n[[values]]\nname = "b"\nexpression = "_x"\n'
    (folder / "exercise.toml").write_text(text)
    (folder / "solution.py").write_text("a = 1.0\ndef once(x):\n    return x\n")
    (report,) = check_trusted([b"a = 1.0\ndef once(x):\n    return y\n"], read_exercise(folder), Limits())
    assert [verdict.status for verdict in report.verdicts] == ["right", "raised"]
    assert "line 3" in report.verdicts[1].remark


def test_a_network_names_mistakes_that_no_teacher_foresaw(tmp_path):
    (tmp_path / "exercise.toml").write_text(
        'title = "One unit"\ntext = "Its error term."\nhints = ["The slope."]\n[network]\nweights = [[[0.5], [1.0]]]\n'
        'input = [1.0, -0.5]\ntarget = 1\nL1.error_term = "d"\n[[values]]\nname = "d"\n'
    )
    (tmp_path / "solution.py").write_text("d = 0.5 * 0.25\n")
    (tmp_path / "starter.py").write_text("d = None\n")
    result = validated(find_exercise(tmp_path))
    assert "✓ mistakes: none are foreseen; the network's are told from d" in result.to_text()
    assert result.ok
