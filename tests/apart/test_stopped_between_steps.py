"""A file whose time is over is stopped between two steps, so that no half of one is judged."""

import numpy as np
import pytest

from backlit.apart.limits import Limits
from backlit.apart.sandbox import run_apart

STEP = """
import time
import numpy as np
W, b, sums = np.zeros((3, 2)), [0.5, 0.25], np.zeros(4)
def close_by(values):
    for value in values:
        if value > 1e9:
            return value
def step():
    for i in range(3):
        W[i] += 1
        close_by([1, 2])
        time.sleep(0.02)
    b[0] -= 1
    for j in range(2):
        close_by([3])
    b[1] -= 1
close_by([4, 5])
"""


def record_of(text, training_seconds=0.2):
    """Run a file; return what was recorded."""
    limits = Limits(wall_seconds=12, cpu_seconds=12, result_bytes=1 << 24)
    run = run_apart([text.encode()], [], limits=limits, record_seconds=5, training_seconds=training_seconds)
    assert run.facts[0]["stopped"]
    return run.facts[0]["record"]


def last_of(record):
    """Return the last value of each name."""
    rows = sorted((row for row in record["records"] if row["kind"] == "value"), key=lambda row: row["number"])
    arrays = {row["name"]: record["arrays"][row["array"]] for row in rows}
    return {name: np.frombuffer(data).reshape(shape) for name, (shape, _, data) in arrays.items()}


@pytest.mark.parametrize(
    "loop",
    [
        "for epoch in range(10**6):\n    step()",
        "while True:\n    step()\n    if W.sum() < 0: continue",
        # the outermost loop takes long: its samples' own does
        "for epoch in range(10**6):\n    for sample in range(10**6):\n        step()",
        "for epoch in range(10**6):\n    [step() for sample in range(3)]",
        "losses = [step() for epoch in range(10**6)]",
        "losses = [step() for epoch in range(10**6) if epoch % 2]",
        "total = sum(step() or 0 for epoch in range(10**6))",
        "[[step() for sample in range(3)] for epoch in range(10**6)]",
        "class Net:\n    def fit(self): step()\nnet = Net()\ndone = {epoch: net.fit() for epoch in range(10**6)}",
    ],
)
def test_the_last_step_is_whole(loop):
    record = record_of(STEP + loop)
    last = last_of(record)
    assert not record["amid_a_step"]
    assert np.ptp(last["W"]) == 0
    assert last["b"].tolist() == [0.5 - last["W"][0, 0], 0.25 - last["W"][0, 0]]


def test_a_sum_over_samples_is_waited_for():
    loop = (
        "for epoch in range(10**6):\n    for batch in range(10**6):\n        for sample in range(4):\n"
        "            sums[sample] += 1\n            time.sleep(0.01)\n        step()"
    )
    last = last_of(record_of(STEP + loop))
    assert last["sums"].tolist() == [last["W"][0, 0]] * 4


def test_where_no_loop_goes_round_it_is_said_that_the_file_was_stopped_amid_a_step():
    assert record_of(STEP + "list(map(lambda sample: step(), range(10**6)))")["amid_a_step"]
