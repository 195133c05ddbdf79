"""The notebooks of examples/: small, stored without outputs, and each runs from top to bottom in a fresh kernel."""

import time
import warnings
from pathlib import Path

import nbformat
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
NOTEBOOKS = sorted(EXAMPLES.glob("*.ipynb"))
SECONDS = 60


def read(path):
    return nbformat.read(path, as_version=4)


def test_there_are_five():
    assert len(NOTEBOOKS) == 5


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_valid_small_and_without_outputs(path):
    book = read(path)
    nbformat.validate(book)
    assert path.stat().st_size < 8_000
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert len(code) >= 3
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    assert book.cells[0].source.startswith("# ")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_runs_in_a_fresh_kernel(path, tmp_path):
    with warnings.catch_warnings():
        # what the kernel's own packages say of each other
        warnings.simplefilter("ignore")
        from nbclient import NotebookClient

        book = read(path)
        client = NotebookClient(
            book, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
        )
        started = time.monotonic()
        client.execute()
    assert time.monotonic() - started < 2 * SECONDS
    last = [cell for cell in book.cells if cell.cell_type == "code"][-1]
    assert last.outputs
    said = [o for cell in book.cells for o in cell.get("outputs", ()) if o.get("name") == "stderr"]
    assert said == [], said
