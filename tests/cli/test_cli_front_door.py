"""What a newcomer's first commands say: help with examples, doctor, completion, colours and the width of lines."""

import itertools
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from command_line import assert_refused, backlit

import backlit as bl
from backlit.cli import doctor
from backlit.cli.examples import EXAMPLES, STATUSES
from backlit.cli.fold import folded
from backlit.cli.main import VERBS
from backlit.cli.main import backlit as group
from backlit.cli.screen import coloured, painted, width

ROOT = Path(__file__).parents[2]


def leaves():
    """Every verb that does something, as it is written."""
    context = click.Context(group)
    for verb in VERBS:
        command = group.get_command(context, verb)
        parts = command.commands if isinstance(command, click.Group) else {}
        yield from [f"{verb} {part}" for part in parts] or [verb]


def test_each_verb_has_examples_and_each_example_is_of_a_verb():
    assert set(leaves()) == set(EXAMPLES)
    assert set(STATUSES) <= set(EXAMPLES)
    for verb, lines in EXAMPLES.items():
        assert lines
        assert all(f"backlit {verb}" in line for line in lines)


@pytest.mark.parametrize("verb", EXAMPLES)
def test_help_ends_with_examples_and_exit_statuses(verb):
    result = backlit(*verb.split(), "--help")
    assert (result.status, result.err) == (0, "")
    _, _, end = result.out.partition("Examples:\n")
    assert all(line in end for line in EXAMPLES[verb])
    assert re.search(r"Exit status: 0 .*130\s+interrupted", end, re.DOTALL)
    assert all(len(line) <= 80 for line in result.out.splitlines())


def test_the_first_help_says_where_to_begin_and_what_a_status_means():
    out = backlit("--help").out
    for verb in VERBS:
        assert re.search(rf"^  {verb}  ", out, re.MULTILINE), verb
    for line in re.findall(r"^  +backlit ([a-z]+)", out, re.MULTILINE):
        assert line in VERBS
    assert "NO_COLOR" in out
    assert "130 interrupted" in " ".join(out.split())


@pytest.mark.parametrize("verbs", [[], ["exercise"]])
def test_what_a_verb_does_is_a_whole_sentence_in_the_list(verbs):
    *_, listed = backlit(*verbs, "--help").out.partition("Commands:\n")
    lines = [line for line in listed.splitlines() if re.match(r"  [a-z]", line)]
    assert len(lines) > 8
    assert all(line.endswith(".") and not line.endswith("...") for line in lines)


def test_doctor_says_versions_the_engine_and_what_is_missing():
    result = backlit("doctor")
    assert (result.status, result.err) == (0, "")
    assert result.out.startswith(f"backlit {bl.__version__}\n")
    assert re.search(r"^  Python    3\.\d+", result.out, re.MULTILINE)
    assert re.search(r"^  ✓ numpy \d", result.out, re.MULTILINE)
    assert "compiled, level " in result.out


def test_doctor_as_json_has_every_package_of_every_extra():
    found = json.loads(backlit("doctor", "--json").out)
    assert found["ok"] is True
    assert {need["package"] for need in found["needed"]} >= {"numpy", "scikit-learn", "rich", "click", "safetensors"}
    assert {need["package"] for need in found["extras"]["onnx"]["packages"]} == {"onnx", "onnxruntime"}
    assert all(extra["packages"] for extra in found["extras"].values())
    assert found["engine"]["level"] in found["engine"]["levels"]


def test_doctor_knows_each_extra_that_the_page_on_installing_has():
    page = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `(\w+)` ", page, flags=re.MULTILINE))
    # of the others the one is made of these, the other is for measuring
    assert set(doctor.FOR_WHAT) == named - {"all", "benchmark"}


def test_doctor_names_what_is_missing_or_too_old_and_ends_with_1(monkeypatch):
    versions = {"numpy": "1.26.4", "rich": None, "onnx": None}
    real = doctor._installed
    monkeypatch.setattr(doctor, "_installed", lambda name: versions[name] if name in versions else real(name))
    result = backlit("doctor")
    assert result.status == 1
    assert "✗ numpy 1.26.4 is older than 2.1: pip install --upgrade numpy" in result.out
    assert "✗ rich is not installed: pip install rich" in result.out
    assert "· onnx: " in result.out


def test_doctor_says_that_the_engine_was_not_built(monkeypatch):
    monkeypatch.setattr("backlit.engine.levels.available_levels", lambda: ())

    def none():
        raise bl.BacklitError("not built")

    monkeypatch.setattr("backlit.engine.levels.chosen_level", none)
    result = backlit("doctor")
    assert result.status == 0
    assert "engine    not built: the equations compute all" in result.out


def test_doctor_names_a_level_that_is_none(monkeypatch):
    monkeypatch.setenv("BACKLIT_ENGINE_LEVEL", "avx1000")
    assert "BACKLIT_ENGINE_LEVEL must be one of" in backlit("doctor").out


def test_doctor_names_no_folder_of_this_machine():
    out = backlit("doctor").out
    assert sys.prefix not in out
    assert str(shutil.os.path.expanduser("~")) not in out or shutil.os.path.expanduser("~") == "/"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_a_shell(shell):
    result = backlit("completion", shell)
    assert (result.status, result.err) == (0, "")
    assert "_BACKLIT_COMPLETE" in result.out


def test_completion_of_an_unknown_shell_is_refused():
    assert_refused(backlit("completion", "tcsh"), "'tcsh'", "'bash', 'zsh', 'fish'")


def test_bash_is_told_the_verbs_and_the_options():
    def completed(*words):
        environment = {"_BACKLIT_COMPLETE": "bash_complete", "COMP_WORDS": " ".join(words)}
        environment["COMP_CWORD"] = str(len(words) - 1)
        code = "from backlit.cli import main; main()"
        result = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=False)
        assert (result.returncode, result.stderr) == (0, b"")
        return [line.partition(",")[2] for line in result.stdout.decode().splitlines()]

    assert completed("backlit", "ex") == ["explain", "exercise", "export"]
    assert completed("backlit", "explain", "--dig") == ["--digits"]
    assert completed("backlit", "exercise", "hi") == ["hint"]


@pytest.mark.parametrize(
    ("environment", "terminal", "expected"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_colours_are_for_terminals_that_want_them(environment, terminal, expected, monkeypatch):
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal, raising=False)
    assert coloured() is expected


def test_marks_and_headings_are_painted_and_nothing_else_changes(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    text = "Heading\n───────\n\n  ✓ right\n  ✗ wrong ✓\nplain"
    out = painted(text)
    assert click.unstyle(out) == text
    assert "\x1b[1mHeading" in out
    assert "\x1b[32m✓" in out
    assert "\x1b[31m✗\x1b[0m wrong ✓" in out
    assert out.endswith("\nplain")
    assert painted("text\n\nA title of\ntwo lines\n═════════") == (
        "text\n\n\x1b[1mA title of\x1b[0m\n\x1b[1mtwo lines\x1b[0m\n═════════"
    )


@pytest.mark.parametrize(("columns", "expected"), [("80", 80), ("61", 61), ("400", 100), ("7", 40), ("no", 100)])
def test_the_width_is_the_terminals_within_reason(columns, expected, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    assert width() == expected


PARAGRAPH = (
    "    The error that comes back to the hidden units was not multiplied by their slope. Each hidden\n"
    "    unit passes on only as much as its activation moves with its input.\n"
)


@pytest.mark.parametrize("columns", [57, 80])
def test_lines_are_folded_between_words_and_a_paragraph_is_folded_as_one(columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = folded(PARAGRAPH).splitlines()
    assert " ".join(folded(PARAGRAPH).split()) == " ".join(PARAGRAPH.split())
    assert all(len(line) <= columns and line.startswith("    ") for line in lines)
    # no line but the last has room for the next one's first word
    for line, after in itertools.pairwise(lines):
        assert len(line) + 1 + len(after.split()[0]) > columns


def test_a_row_of_a_list_goes_on_under_its_last_cell_and_drawings_are_left(monkeypatch):
    monkeypatch.setenv("COLUMNS", "50")
    row = "  date  days, and the place in year, week and day where it varies"
    assert folded(row) == "  date  days, and the place in year, week and day\n        where it varies"
    mark = "  ✗ dW1 (line 23): worst at dW1[0, 0]: 0.000704, expected 0.00033"
    assert folded(mark).splitlines()[1] == "    expected 0.00033"
    drawing = "        │" + "⠳⡀ " * 20
    assert folded(drawing) == drawing
    heading = "Error terms of three activations side by side, each with\n" + "═" * 56
    assert folded(heading) == "Error terms of three activations side by side,\neach with\n" + "═" * 50
    monkeypatch.delenv("COLUMNS")
    assert folded(row) == row


@pytest.mark.parametrize(
    "words",
    [
        "explain --compare sigmoid,tanh,relu",
        "exercise list",
        "exercise start lesson",
        "train houses.csv --target sold --epochs 3",
        "train houses.csv --target price --epochs 3",
        "doctor",
    ],
)
def test_no_line_is_wider_than_80_columns(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    rows = [
        f'{day:02}.{month:02}.2021,"{1000 + day * 7 + month:,}.50",{["yes", "no"][day % 2]}'
        for month in (1, 2, 5)
        for day in range(1, 26)
    ]
    (tmp_path / "houses.csv").write_text("date,price,sold\n" + "\n".join(rows) + "\n")
    result = backlit(*words.split())
    assert result.status == 0
    assert [line for line in result.out.splitlines() if len(line) > 80] == []
