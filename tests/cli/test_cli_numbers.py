"""No option of a number takes nan or infinity: each verb's options are found by themselves."""

import importlib

import click
import pytest
from command_line import assert_refused, backlit

import backlit as bl
from backlit.cli.main import VERBS
from backlit.cli.values import FiniteRange


def commands(name, command):
    """A command and those in it, each with the words that call it."""
    if not isinstance(command, click.Group):
        return [(name, command)]
    found = [commands(f"{name} {inner}", each) for inner, each in command.commands.items()]
    return [pair for pairs in found for pair in pairs]


FOUND = [
    (words, option.opts[0])
    for verb, module in VERBS.items()
    for words, command in commands(verb, importlib.import_module(module).command)
    for option in command.params
    if isinstance(option.type, click.types.FloatParamType)
]
OTHERS = {
    "check": ["x.py"],
    "exercise check": ["x.py", "--exercise", "lesson"],
    "exercise grade": [".", "--exercise", "lesson"],
    "explain": [],
    "page": [],
    "train": ["t.csv", "--target", "y"],
    "predict": ["t.safetensors", "t.csv"],
    "diagnose": ["n.safetensors", "t.csv"],
}
"""What else a command is given, so that it comes to its numbers."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("numbers")
    (place / "x.py").write_text("error = 1\n")
    rows = [f"{k * 5 % 17}.5,{k * 7 % 11}.5,{3 * k % 13}.5" for k in range(40)]
    (place / "t.csv").write_text("\n".join(["a,b,y", *rows, ""]))
    bl.Network.random([2, 3, 1], seed=0).save(place / "n.safetensors")
    bl.TableModel.fit(str(place / "t.csv"), target="y", epochs=1).save(place / "t.safetensors")
    return place


@pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
@pytest.mark.parametrize(("words", "option"), FOUND)
def test_a_number_that_is_none_is_refused(words, option, number, folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert_refused(backlit(*words.split(), *OTHERS[words], option, number), option.lstrip("-").split("-")[0])


def test_the_options_are_found():
    assert {words for words, _ in FOUND} == set(OTHERS)
    assert ("exercise grade", "--points") in FOUND


def test_numbers_of_a_range_are_finite():
    for words, command in [
        pair for verb, module in VERBS.items() for pair in commands(verb, importlib.import_module(module).command)
    ]:
        for option in command.params:
            if isinstance(option.type, click.FloatRange):
                assert isinstance(option.type, FiniteRange), (words, option.name)
                for number in ("nan", "inf", "-inf"):
                    with pytest.raises(click.BadParameter):
                        option.type.convert(number, option, None)
    assert FiniteRange(0, 2).convert("1.5", None, None) == 1.5
