"""Foreseen mistakes: changes of the solution that fit it once, whole files beside them, refused in a sentence."""

import os
from dataclasses import replace

import pytest
from command_line import assert_one_sentence, backlit
from hypothesis import given
from hypothesis import strategies as st

from backlit.errors import BacklitError
from backlit.exercises import find_exercise
from backlit.exercises.changes import Change, changed
from backlit.exercises.format import read_exercise
from backlit.exercises.mistake_format import read_mistakes
from backlit.exercises.validate import validated

SOLUTION = """def total(x):
    s = 0
    for v in x:
        s += v
    return s


def both(x, y):
    s = 0
    s += total(x)
    return s + total(y)
"""
TOML = """
title = "Sums"
text = "Write both."
hints = ["Two sums."]
[[values]]
name = "both"
expression = "both([1, 2], [3, 5, 8])"
[[values]]
name = "total"
expression = "total([3, 5])"
"""
MISTAKES = """
[x-only]
happened = "The second was left out."
instead = "s + total(y)"
lines = "    return s + total(y)"
become = "    return s"

[last-only]
happened = '''
The sum was
set anew.
'''
lines = '''
    for v in x:
        s += v
'''
become = '''
    for v in x:
        s = v
'''
"""
WHOLE = '"""half: Halved.\n\nNot halved.\n"""\ndef total(x):\n    return sum(x) / 2\n'
WHOLE += "\n\ndef both(x, y):\n    return total(x)\n"


@pytest.fixture
def folder(tmp_path):
    """An exercise with two changes of its solution and a whole file."""
    path = tmp_path / "sums"
    (path / "mistakes").mkdir(parents=True)
    (path / "exercise.toml").write_text(TOML)
    (path / "starter.py").write_text("def total(x):\n    return None\n\n\ndef both(x, y):\n    return None\n")
    (path / "solution.py").write_text(SOLUTION)
    (path / "mistakes.toml").write_text(MISTAKES)
    (path / "mistakes" / "half.py").write_text(WHOLE)
    return path


def refused(folder, toml=None):
    """The words with which an exercise is refused."""
    if toml is not None:
        (folder / "mistakes.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(BacklitError) as error:
        read_exercise(folder)
    return str(error.value)


def source_of(folder, toml):
    """What the only mistake of a table makes of the solution."""
    (folder / "mistakes.toml").write_text(toml, encoding="utf-8")
    return read_mistakes(folder, SOLUTION)[0].source.decode()


def test_changes_and_whole_files_are_mistakes_alike(folder):
    result = validated(find_exercise(folder))
    assert result.ok, result.to_text()
    assert [words for _, words in result.points[-3:]] == [
        "mistakes.toml: x-only is named x-only",
        "mistakes.toml: last-only is named last-only",
        "mistakes/half.py is named half",
    ]


def test_a_change_is_of_the_solution_and_nothing_else(folder):
    first, second, third = read_exercise(folder).mistakes
    assert first.source.decode() == SOLUTION.replace("return s + total(y)", "return s")
    assert second.source.decode() == SOLUTION.replace("s += v", "s = v")
    assert third.source.decode() == WHOLE
    assert (first.identifier, first.sentence, first.instead) == ("x-only", "The second was left out.", "s + total(y)")
    assert (second.sentence, second.instead) == ("The sum was set anew.", "")


def test_two_mistakes_may_share_an_identifier(folder):
    toml = MISTAKES.replace("[last-only]", '[x-only-too]\nidentifier = "x-only"')
    (folder / "mistakes.toml").write_text(toml)
    names = [(mistake.name, mistake.identifier) for mistake in read_exercise(folder).mistakes]
    assert names == [("x-only", "x-only"), ("x-only-too", "x-only"), ("half", "half")]
    assert validated(find_exercise(folder)).ok


def test_several_changes_are_each_of_the_solution_as_it_was(folder):
    """The second change's line stands once in the solution, though the first writes it once more."""
    toml = '[a]\nhappened = "A."\n[[a.changes]]\nlines = "    return s + total(y)"\nbecome = "    return s"\n'
    toml += '[[a.changes]]\nlines = "    return s"\nbecome = ""\n'
    assert source_of(folder, toml) == SOLUTION.replace("    return s\n", "", 1).replace(" + total(y)", "")


@pytest.mark.parametrize(
    ("become", "written"),
    [
        ('""', ""),
        ("'''\n'''", ""),
        ('"    return 1"', "    return 1\n"),
        ("'''\n    return 1\n'''", "    return 1\n"),
        ("'''\n\n    return 1\n\n'''", "\n    return 1\n\n"),
    ],
)
def test_what_stands_in_the_place_of_a_line(folder, become, written):
    toml = f'[a]\nhappened = "A."\nlines = "    return s"\nbecome = {become}\n'
    assert source_of(folder, toml) == SOLUTION.replace("    return s\n", written, 1)


def test_lines_that_stand_twice_are_told_apart_by_their_neighbours(folder):
    toml = '[a]\nhappened = "A."\nlines = "def both(x, y):\\n    s = 0"\nbecome = "def both(x, y):\\n    s = 1"\n'
    before, function, after = SOLUTION.partition("def both(x, y):\n")
    assert source_of(folder, toml) == before + function + after.replace("s = 0", "s = 1")


def entry(**keys):
    """A mistake with some keys in place of those that fit; one of None is left out."""
    facts = {"happened": '"A."', "lines": '"    return s"', "become": '"    return 1"', **keys}
    return "[a]\n" + "".join(f"{key} = {value}\n" for key, value in facts.items() if value is not None)


TWICE = "[[a.changes]]\nlines = '''\n        s += v\n    return s\n'''\nbecome = '''\n    return s\n'''\n"


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("[a", "mistakes.toml: not TOML"),
        (entry() + entry(), "mistakes.toml: not TOML"),
        ("a = 3\n", "mistakes.toml: a: expected a table, [name-of-the-mistake] and its keys, got 3"),
        ("[[a]]\n", "mistakes.toml: a: expected a table"),
        (entry(hapened='"A."'), "a: unknown key 'hapened'; did you mean 'happened'?"),
        (entry(becomes='"A."'), "a: unknown key 'becomes'; did you mean 'become'?"),
        (entry(qqq="1"), "a: unknown key 'qqq'; known: happened, instead, lines, become, changes, identifier"),
        (entry(happened=None), "a: the key 'happened' is missing"),
        (entry(happened='" "'), "a: happened: expected words"),
        (entry(happened="3"), "a: happened: expected words, got 3"),
        (entry(instead="3"), "a: instead: expected words, got 3"),
        (entry(lines=None), "a: the key 'lines' is missing"),
        (entry(become=None), "a: the key 'become' is missing"),
        (entry(lines=None, become=None), "a: the key 'lines' is missing"),
        (entry(lines='["    return s"]'), "a: lines: expected lines of Python as a string, got ["),
        (entry(become="0"), "a: become: expected lines of Python as a string, got 0"),
        (entry(lines='""'), "a: lines: expected at least one line of solution.py"),
        (entry(lines="'''\n\n\n'''"), "a: lines: expected at least one line of solution.py"),
        (entry(changes="[]"), "a: expected lines and become, or changes that have them, got both"),
        (entry(changes="[]", lines=None, become=None), "a: changes: expected at least one [[a.changes]] table"),
        (entry(changes='["x"]', lines=None, become=None), "a: changes: expected at least one [[a.changes]] table"),
        (
            entry(changes='[{ lines = "    return s", becom = "" }]', lines=None, become=None),
            "a: change 1: unknown key 'becom'; did you mean 'become'?",
        ),
        (
            entry(changes='[{ lines = "    return s", become = "" }, { lines = "z" }]', lines=None, become=None),
            "a: change 2: the key 'become' is missing",
        ),
        (entry(identifier="3"), "a: identifier: expected a name like missing-factor, got 3"),
        (entry(identifier='"Not One"'), "a: identifier: expected a name like missing-factor, got 'Not One'"),
        (entry().replace("[a]", "[A_b]"), "mistakes.toml: expected a name like missing-factor, got 'A_b'"),
        (entry().replace("[a]", '["a\\nb"]'), "mistakes.toml: expected a name like missing-factor, got 'a\\nb'"),
        (
            entry(lines='"    retrun s"'),
            "a: '    retrun s' is no line of solution.py; most like it is line 5, '    return s'; copy whole lines",
        ),
        (
            entry(lines='"s += v"'),
            "a: 's += v' is no line of solution.py; most like it is line 4, '        s += v'; copy whole lines, with",
        ),
        (entry(lines='"@@@@"'), "a: '@@@@' is no line of solution.py; copy whole lines"),
        (
            entry(lines="'''\n    s = 0\n    return s\n'''"),
            "a: '    s = 0' with the 1 after it does not stand like this, line after line, in solution.py",
        ),
        (
            entry(lines='"    s = 0"'),
            "a: '    s = 0' fits 2 times in solution.py, at lines 2 and 9; add the line before or after it",
        ),
        (
            entry(lines=None, become=None) + TWICE + TWICE.replace("        s += v\n", ""),
            "a: change 2: line 5 of solution.py is changed by ",
        ),
        (
            entry(become='"    return (s"'),
            "a: solution.py as it changes it: expected Python, '(' was never closed, line 5",
        ),
        (entry(become='"return s"'), "expected Python, 'return' outside function, line 5"),
        (entry(become='"\\u0000"'), "a: solution.py as it changes it: expected Python, "),
    ],
)
def test_what_does_not_fit_is_told_in_a_sentence(folder, toml, words):
    told = refused(folder, toml)
    assert str(folder / "mistakes.toml") in told
    assert words in told
    # of a sentence for a person, beside the folder's path
    assert_one_sentence(told.replace(str(folder), "sums"))


def test_validate_tells_every_mistake_that_a_changed_solution_left_behind(folder):
    (folder / "solution.py").write_text(SOLUTION.replace("v", "w").replace("s + total(y)", "total(y) + s"))
    result = backlit("exercise", "validate", folder)
    assert (result.status, result.out) == (2, "")
    first, second = result.err.splitlines()
    assert "x-only: '    return s + total(y)' is no line of solution.py; most like it is line 11" in first
    assert "mistakes.toml: last-only: '    for v in x:' is no line of solution.py; most like it is line 3" in second


def test_a_solution_that_is_no_python_is_blamed_itself(folder):
    (folder / "solution.py").write_text(SOLUTION + ")\n")
    assert refused(folder).startswith(f"{folder / 'solution.py'}: expected Python, unmatched ')'")


def test_two_mistakes_of_one_name_clash(folder):
    (folder / "mistakes" / "x-only.py").write_text(WHOLE)
    told = refused(folder)
    assert_one_sentence(told)
    assert told == (
        f"{folder / 'mistakes' / 'x-only.py'}: mistakes.toml has a mistake 'x-only' too; "
        "give one of them another name, or delete one"
    )


def test_a_table_that_cannot_be_read_is_told(folder):
    (folder / "mistakes.toml").write_bytes(b"[a]\nhappened = '\xff'\n")
    assert refused(folder).endswith("mistakes.toml: expected text in UTF-8")
    os.remove(folder / "mistakes.toml")
    (folder / "mistakes.toml").symlink_to(folder / "nowhere")
    assert "mistakes.toml: could not be read" in refused(folder)


def test_an_exercise_without_mistakes_is_read_and_told(folder):
    os.remove(folder / "mistakes.toml")
    os.remove(folder / "mistakes" / "half.py")
    exercise = read_exercise(folder)
    assert exercise.mistakes == ()
    assert "✗ mistakes: none are foreseen" in validated(exercise).to_text()
    (folder / "mistakes.toml").write_text("")
    assert read_exercise(folder) == replace(exercise, mistakes=())


def test_a_change_that_changes_nothing_is_right(folder):
    (folder / "mistakes.toml").write_text(entry(become='"    return s"'))
    result = validated(find_exercise(folder))
    assert "✗ mistakes.toml: a is right: its values are those of the solution" in result.to_text()


ROWS = st.lists(st.sampled_from(["a = 1", "    b", "", "c"]), min_size=1, max_size=8)


@given(rows=ROWS, start=st.integers(0, 7), length=st.integers(1, 3), new=ROWS, ended=st.booleans())
def test_a_change_takes_the_place_of_its_lines_exactly_where_they_fit_once(rows, start, length, new, ended):
    start = min(start, len(rows) - 1)
    old = rows[start : start + length]
    text = "\n".join(rows) + "\n" * ended
    change = Change("here", "\n".join(old) + "\n", "\n".join(new) + "\n")
    held = text.split("\n")
    fits = sum(held[i : i + len(old)] == old for i in range(len(held)))
    if fits == 1:
        expected = rows[:start] + new + rows[start + length :]
        assert changed([change], text, "solution.py") == "\n".join(expected) + "\n" * ended
    else:
        with pytest.raises(BacklitError, match=f"fits {fits} times in solution.py"):
            changed([change], text, "solution.py")
