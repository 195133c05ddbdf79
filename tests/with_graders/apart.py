"""What the tests with graders share: the page's files, submissions, and Python run apart from the tests."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs" / "teaching.md").read_text("utf-8")
BLOCKS = re.findall(r"^```py\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)

RIGHT = """import numpy as np


def backward(weights, biases, X, y):
    a1 = np.tanh(X @ weights[0] + biases[0])
    a2 = 1 / (1 + np.exp(-(a1 @ weights[1] + biases[1])))
    dz2 = (a2 - y) * a2 * (1 - a2) / len(X)
    dz1 = dz2 @ weights[1].T * (1 - a1**2)
    return [X.T @ dz1, a1.T @ dz2], [dz1.sum(axis=0), dz2.sum(axis=0)]
"""
WRONG = RIGHT.replace(" * (1 - a1**2)", "")
RAISES = RIGHT.replace("weights[1].T", "weights[1]")


def shown(beginning):
    """The page's block of code that begins so."""
    (block,) = [block for block in BLOCKS if block.startswith(beginning)]
    return block


def told(code, folder):
    """Run code in a folder, its settings and caches there too, and return what its last line prints as JSON."""
    places = {name: str(folder) for name in ("HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")}
    places["JUPYTER_RUNTIME_DIR"] = str(folder / "runtime")
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        # nbgrader starts tools that are installed beside it by their names
        env={**os.environ, **places, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return json.loads(run.stdout.splitlines()[-1])


def notebook(*cells):
    """A notebook as JSON; a cell is its source and its nbgrader metadata."""
    return json.dumps(
        {
            "cells": [
                {
                    "cell_type": "code",
                    "execution_count": None,
                    "id": f"cell-{number}",
                    "metadata": {"nbgrader": {"schema_version": 3, "task": False, **facts}} if facts else {},
                    "outputs": [],
                    "source": source,
                }
                for number, (source, facts) in enumerate(cells)
            ],
            "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )
