"""What a file's process tells of nudges is believed only in its form."""

import pytest

from backlit.apart.limits import Limits
from backlit.apart.nudged import clean_nudged
from backlit.apart.sandbox import run_apart

WINDOW = {
    "line": 3,
    "round": 1,
    "values": [{"path": "w", "kind": "fine", "moved": True, "before": 0, "after": 0}],
    "records": [{"line": 4, "name": "loss", "kind": "value", "times": 1, "array": 0}],
    "nudges": [{"value": 0, "direction": 0, "changes": [0]}],
    "untried": ["v"],
}
ARRAY = {"shape": [1], "dtype": "float64", "data": "AAAAAAAAAAA="}

LOOP = b"""
import numpy as np
w = np.array([1.0, 2.0, 3.0])
for step in range(5):
    loss = float((w ** 2).sum())
    w = w - 0.1 * 2 * w
"""


def test_what_has_its_form_is_kept():
    told = clean_nudged({"arrays": [ARRAY], "windows": [WINDOW]})
    assert told is not None
    assert told["windows"] == [WINDOW]
    assert told["arrays"] == [((1,), "float64", bytes(8))]


@pytest.mark.parametrize(
    "change",
    [
        {"values": [{**WINDOW["values"][0], "kind": "strange"}]},
        {"values": ["w"]},
        {"records": [None]},
        {"nudges": [{"value": 7, "direction": 0, "changes": [0]}]},
        {"nudges": [{"value": 0, "direction": 0, "changes": [0, 0]}]},
    ],
)
def test_a_round_that_has_not_its_form_is_left_out(change):
    told = clean_nudged({"arrays": [ARRAY], "windows": [{**WINDOW, **change}, WINDOW]})
    assert told is not None
    assert told["windows"] == [WINDOW]


@pytest.mark.parametrize("told", [None, 3, [], "windows"])
def test_anything_else_is_nothing(told):
    assert clean_nudged(told) is None


def test_a_round_is_told_with_how_all_follows_what_moved():
    # one weight alone is no network: two are nudged
    source = LOOP.replace(b"    w = w", b"    v = v - 0.1 * loss\n    w = w").replace(
        b"for step", b"v = np.ones(2)\nfor step"
    )
    source = source.replace(b"(w ** 2).sum()", b"(w ** 2).sum() + v.sum()")
    (facts,) = run_apart([source], [], limits=Limits(result_bytes=1 << 22), nudge_seconds=5.0).facts
    (window,) = facts["nudged"]["windows"]
    assert [value["path"] for value in window["values"] if value["moved"]] == ["w", "v", "loss"]
    assert {window["values"][nudge["value"]]["path"] for nudge in window["nudges"]} == {"w", "v"}
    assert window["untried"] == []


def test_what_is_too_large_to_be_nudged_is_told_of():
    source = LOOP.replace(b"    w = w", b"    large += 1.0\n    v = v - 0.1 * loss\n    w = w")
    source = source.replace(b"for step", b"v, large = np.ones(2), np.zeros(2 << 20)\nfor step")
    source = source.replace(b"(w ** 2).sum()", b"(w ** 2).sum() + v.sum()")
    (facts,) = run_apart([source], [], limits=Limits(result_bytes=1 << 22), nudge_seconds=5.0).facts
    (window,) = facts["nudged"]["windows"]
    assert window["untried"] == ["large"]
