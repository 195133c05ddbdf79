"""A report in a notebook that really runs, and in pytest: make test-graders."""

import re
import subprocess
import sys

import apart

import backlit as bl

CELL = """import numpy as np
import backlit as bl

net = bl.Network.random([3, 4, 2], activation="tanh", output="sigmoid", loss="squared_error", seed=0)
X, y = np.ones((5, 3)), np.zeros((5, 2))
"""
LAST = """dW, db = backward(net.weights, net.biases, X, y)
report = bl.check_gradients(net, X, y, dW, db)
"""
RUN = """
import json
import nbformat
from nbclient import NotebookClient

notebook = nbformat.read("report.ipynb", as_version=4)
NotebookClient(notebook, timeout=100).execute()
print(json.dumps(notebook.cells[-1].outputs))
"""


def report():
    """The report that the notebook makes, made here."""
    names = {}
    exec(apart.WRONG + CELL + LAST, names)
    assert isinstance(names["report"], bl.CheckReport)
    return names["report"]


def test_a_notebook_shows_the_report(tmp_path):
    cells = [(apart.WRONG + CELL, {}), (LAST + "report", {})]
    (tmp_path / "report.ipynb").write_text(apart.notebook(*cells), encoding="utf-8")
    (output,) = apart.told(RUN, tmp_path)
    assert output["output_type"] == "execute_result"
    assert output["data"]["text/html"] == report()._repr_html_()
    assert "missing-hidden-derivative" in output["data"]["text/html"]


def test_pytest_prints_the_report(tmp_path):
    test = apart.WRONG + CELL + "def test_mine():\n" + re.sub("^", "    ", LAST + "report.raise_if_wrong()", flags=re.M)
    (tmp_path / "test_mine.py").write_text(test, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_mine.py"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False)
    assert run.returncode == 1
    printed = [line.removeprefix("E").strip() for line in run.stdout.splitlines()]
    for line in report().to_text().splitlines():
        assert line.strip() in printed
