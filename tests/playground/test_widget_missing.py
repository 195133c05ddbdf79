"""Where anywidget is not installed the playground says what it needs."""

import sys

import pytest
from command_line import assert_one_sentence

import backlit as bl
from backlit.errors import BacklitError


def test_the_playground_says_what_it_needs(monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(BacklitError, match="pip install anywidget") as refused:
        bl.Playground()
    assert_one_sentence(str(refused.value))
