"""What students are shown holds nothing that a file could have written into it, and still helps."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backlit.apart.facts import clean_run
from backlit.apart.sandbox import Run
from backlit.exercises import Limits, find_exercise
from backlit.exercises.for_students import facts_for_students, masked, report_for_students
from backlit.exercises.grading.gradescope import gradescope_json
from backlit.exercises.grading.row import Grade
from backlit.exercises.judge import judged
from backlit.exercises.right import reference
from backlit.exercises.submission import check_for_students

LESSON = find_exercise("lesson")
LIMITS = Limits(wall_seconds=20.0)
NAMES = [value.name for value in LESSON.values]
SECRET = "qzxjkvwp"
SOURCE = b"import numpy as np\nx = np.zeros(3)\ny = x + np.zeros(2)\n"

words = st.sampled_from([SECRET, f"'{SECRET}'", f"name '{SECRET}' is not defined",
    f"name 'x' is not defined {SECRET}",
    f"'{SECRET}' object has no attribute 'x'", f"x() missing 1 positional argument {SECRET}",
    f"No module named '{SECRET}'",
    f"matmul: {SECRET} (size 3 is different from 4)", f"shapes (3,) and (4,) not aligned: {SECRET}",
    f"unknown encoding: {SECRET}", f"overflow encountered in {SECRET}", "ValueError", "KeyError", "list", "x", "np",
    f"the index 7531 is out of bounds {SECRET}", "operands could not be broadcast together with shapes (7531,) (3,) ",
    f"local variable '{SECRET}' not associated with a value", f"not permitted {SECRET}"])  # fmt: skip
numbers = st.sampled_from([7531, 0.7531, 75.31e9, -7531, 2, 0, 3])
shapes = st.lists(st.sampled_from([1, 2, 7531, 3, -7531]), max_size=4)
errors = st.fixed_dictionaries({
    "type": words, "bases": st.lists(words, max_size=2), "message": words, "line": numbers, "text": words,
    "function": words, "operator": words,
    "operands": st.lists(st.fixed_dictionaries({"source": words, "kind": words, "shape": shapes}), max_size=2),
})  # fmt: skip
values = st.fixed_dictionaries({
    "kind": st.sampled_from(["number", "raised", "missing", "none", "ragged", "other", SECRET]), "type": words,
    "dtype": words, "error": errors, "shape": shapes, "data": st.lists(numbers, max_size=6),
})  # fmt: skip
runs = st.fixed_dictionaries({
    "values": st.dictionaries(st.sampled_from([*NAMES, SECRET]), values, max_size=6),
    "names": st.lists(words, max_size=3),
    "remarks": st.lists(st.fixed_dictionaries({"message": words, "line": numbers}), max_size=2),
    "error": st.none() | errors, "exit": st.none() | errors, "broken": st.none() | errors,
})  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(runs)
def test_what_a_file_makes_up_is_not_shown(told):
    run = Run([clean_run(told)], "", SECRET, 0.1)
    shown = report_for_students(judged(LESSON, reference(LESSON), facts_for_students(run, SOURCE), LIMITS), LESSON)
    text = shown.to_text() + shown.to_json() + repr(shown._repr_html_())
    assert SECRET not in text
    assert not re.search(r"7\W?5\W?31", text), text


HELPED = {
    "error = 1 + nothing\n": "line 1, `error = 1 + nothing`: there is no 'nothing'",
    "import numpy as np\na = np.zeros(3)\nb = a * np.zeros(2)\n": "the shapes are (3,) and (2,)",
    "import numpy as np\na = np.zeros((3, 2)) @ np.zeros(3)\n": "the sizes 2 and 3 meet",
    "error = None\nx = error + 1\n": "`error` is still None",
    "error = (1\n": "this is not Python",
    "x = [1][3]\n": "Python counts from 0",
    "x = {'a': 1}['b']\n": "there is no key 'b'",
    "def f(a):\n    return a\nf()\n": "f() was not given its positional arguments",
    "import torch_of_mine\n": "No module named 'torch_of_mine'",
    "import numpy as np\nnp.zeroes(3)\n": "module 'numpy' has no attribute 'zeroes'",
    "# coding: rot13\n": "its coding line names an encoding by which Python cannot read it",
    "open('/etc/hostname')\n": "a submission may not do that",
    "import numpy as np\nerror = np.exp(np.float64(1e9))\n": "a number grew too large for a float",
    "while True: pass\n": "ran longer than",
    "raise ValueError('of mine')\n": "`raise ValueError('of mine')`: ValueError was raised",
}


@pytest.mark.parametrize("source", HELPED)
def test_a_student_is_still_helped(source):
    limits = Limits(wall_seconds=1.0) if "while" in source else LIMITS
    report, shown = check_for_students(source.encode(), LESSON, limits)
    text = " ".join(shown.to_text().split())
    assert HELPED[source].lower() in text.lower(), (text, report.to_text())
    assert [verdict.status for verdict in shown.verdicts] == [verdict.status for verdict in report.verdicts]


def test_a_student_with_a_notebook_is_shown_the_line_that_the_error_is_in():
    cells = [{"cell_type": "code", "source": ["%matplotlib inline\n", "import numpy as np\n"]},
             {"cell_type": "code", "source": "error = 1 + nothing"}]  # fmt: skip
    source = json.dumps({"metadata": {}, "cells": cells}, indent=1).encode()
    report, shown = check_for_students(source, LESSON, LIMITS)
    for text in (report.to_text(), shown.to_text()):
        assert "Line 4, `error = 1 + nothing`: there is no 'nothing'" in " ".join(text.split())


def test_gradescope_keeps_made_up_texts_for_teachers():
    source = f"error = 0.7531\nhidden = type('{SECRET[:4]}' + '{SECRET[4:]}', (), {{}})()\noutput_error_term = hidden\n"
    source += f"raise KeyError('{SECRET[:4]}' + '{SECRET[4:]}')\n"
    report, shown = check_for_students(source.encode(), LESSON, LIMITS)
    facts = json.loads(gradescope_json(Grade("ann", "ann.py", report, shown=shown), 10))
    teachers = facts["tests"].pop()
    assert teachers["visibility"] == "hidden"
    assert teachers["max_score"] == 0
    assert SECRET in teachers["output"]
    assert "0.7531" in teachers["output"]
    assert SECRET not in json.dumps(facts)
    assert ": 0.7531" not in json.dumps(facts)
    # a caller who has not asked for what may be shown shows next to nothing
    facts = json.loads(gradescope_json(Grade("ann", "ann.py", report), 10))
    assert SECRET not in json.dumps({**facts, "tests": facts["tests"][:-1]})


def test_numbers_of_two_digits_stay():
    assert masked("0.05 is 3 times (2, 3) of -12, not 0.123 or 1e9") == "0.05 is 3 times (2, 3) of -12, not … or …"
    assert masked("has shape (1, 2, 3, 4), expected (2,)") == "has shape (…), expected (2,)"
    assert masked("has shape (700, 2)") == "has shape (…)"
