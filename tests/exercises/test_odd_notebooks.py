"""Notebooks as they are handed in: lines of IPython's own, and files that are none."""

import json

import pytest
from command_line import assert_refused, backlit

from backlit.exercises import find_exercise
from backlit.exercises.grading.collect import read_source
from backlit.exercises.notebook import python_of


def notebook(*cells):
    found = [{"cell_type": kind, "source": source} for kind, source in cells]
    return json.dumps({"cells": found, "nbformat": 4}).encode()


CELLS = {
    # what IPython runs of a cell is run, and what only looks like a line of its own stays
    "%%time\nx = 1": "# %%time\nx = 1",
    "\n %%capture a\n%%timeit -n 1\n%pylab\nx = 1": "\n#  %%capture a\n# %%timeit -n 1\npass  # %pylab\nx = 1",
    "%%prun": "# %%prun",
    "%%writefile a.py\nx = 1": "# %%writefile a.py\n# x = 1",
    "%%timeittt\nx": "# %%timeittt\n# x",
    "x = (a\n  % b1)": "x = (a\n  % b1)",
    "x = a \\\n  % b1\n%time x": "x = a \\\n  % b1\npass  # %time x",
    "x = (a\n%b1)\nnp.dot?": "x = (a\n%b1)\npass  # np.dot?",
    't = """\n!ls\nx?\n"""\n!ls': 't = """\n!ls\nx?\n"""\npass  # !ls',
    "files = !ls it's (\nx = 1": "pass  # files = !ls it's (\nx = 1",
    "a, b = %who_ls\n?np\nnp.*dot??": "pass  # a, b = %who_ls\npass  # ?np\npass  # np.*dot??",
    "if x:\n    !pip install \\\n  numpy\nelse:\n    y": "if x:\n    pass  # !pip install \\\n  # numpy\nelse:\n    y",
    "x = = 1\n%time x": "x = = 1\n%time x",
    "x = '\\d'\r\n%time x\r": "x = '\\d'\r\npass  # %time x\r",
}


@pytest.mark.parametrize("cell", CELLS)
def test_of_a_cell_only_what_is_of_ipython_becomes_a_comment(cell):
    assert python_of(notebook(("code", cell))).decode() == CELLS[cell] + "\n"


def test_a_cell_of_nothing_but_lines_of_ipython_is_soon_read():
    code = python_of(notebook(("code", "%x\n" * 50_000))).decode()
    assert code == "pass  # %x\n" * 50_000 + "\n"


@pytest.mark.parametrize(("source", "told"), {
    b"": "it is empty",
    b"x = 1": "it does not begin with {",
    b'{"cells": [\n 1,\n': "it is no JSON from line 3 on",
    b'{"worksheets": []}': "it has no list of cells",
    b"{" * 99_999: "it is no JSON",
}.items())  # fmt: skip
def test_a_notebook_that_cannot_be_read_is_not_run_as_python(source, told, tmp_path):
    path = tmp_path / "ann.IPYNB"
    path.write_bytes(source)
    result = backlit("exercise", "check", path, "--exercise", "lesson")
    assert result.status == 1
    assert f"is named as a notebook and is none: {told}" in " ".join((result.out + result.err).split())
    assert_refused(backlit("exercise", "check", path), told)
    assert told in read_source(path, 1 << 20)


def test_a_notebook_may_begin_with_a_byte_order_mark(tmp_path):
    path = tmp_path / "ann.ipynb"
    path.write_bytes(b"\xef\xbb\xbf" + notebook(("code", find_exercise("lesson").solution)))
    assert backlit("exercise", "check", path, "--exercise", "lesson").status == 0
