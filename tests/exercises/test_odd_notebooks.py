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
    "x = a \\\n  % b1\n%ls x": "x = a \\\n  % b1\npass  # %ls x",
    "x = (a\n%b1)\nnp.dot?": "x = (a\n%b1)\npass  # np.dot?",
    't = """\n!ls\nx?\n"""\n!ls': 't = """\n!ls\nx?\n"""\npass  # !ls',
    "files = !ls it's (\nx = 1": "pass  # files = !ls it's (\nx = 1",
    "a, b = %who_ls\n?np\nnp.*dot??": "pass  # a, b = %who_ls\npass  # ?np\npass  # np.*dot??",
    "if x:\n    !pip install \\\n  numpy\nelse:\n    y": "if x:\n    pass  # !pip install \\\n  # numpy\nelse:\n    y",
    "x = = 1\n%time x": "x = = 1\n%time x",
    "x = '\\d'\r\n%ls x\r": "x = '\\d'\r\npass  # %ls x\r",
    # what IPython runs and keeps of a line, too; %timeit keeps nothing
    "%time b = 2\n%ls": "b = 2\npass  # %ls",
    "if x:\n    %time b = \\\n  2\nc = %time b\r": "if x:\n    b = \\\n  2\nc = b\r",
    "%prun b = 2\n%time  --no-raise-error b = 3": "b = 2\nb = 3",
    "%timeit b = 2\n%time\n%time # b": "pass  # %timeit b = 2\npass  # %time\npass  # %time # b",
    "%time !ls\n%prun -q b = 2": "pass  # %time !ls\npass  # %prun -q b = 2",
    "%time b = = 2\n%ls": "b = = 2\n%ls",
}


@pytest.mark.parametrize("cell", CELLS)
def test_of_a_cell_only_what_is_of_ipython_becomes_a_comment(cell):
    assert python_of(notebook(("code", cell))).decode() == CELLS[cell] + "\n"


def test_a_cell_of_nothing_but_lines_of_ipython_is_soon_read():
    code = python_of(notebook(("code", "%x\n%time x\n" * 25_000))).decode()
    assert code == "pass  # %x\nx\n" * 25_000 + "\n"


def test_a_timed_value_counts_in_its_own_line(tmp_path):
    path = tmp_path / "ann.ipynb"
    solution = find_exercise("lesson").solution
    timed = solution.replace("\nerror = ", "\n%time error = ")
    assert timed != solution
    path.write_bytes(notebook(("code", f"{timed}\n%ls")))
    assert backlit("exercise", "check", path, "--exercise", "lesson").status == 0
    path.write_bytes(notebook(("code", f"%ls\n%time error = nothing\n{solution}")))
    result = backlit("exercise", "check", path, "--exercise", "lesson")
    assert "Line 2, `error = nothing`" in " ".join(result.out.split())


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
