"""The PyTorch code of the documents runs: make test-torch."""

import re
from pathlib import Path

import pytest

PAGES = {path.name: path for path in (Path(__file__).parents[2] / "docs").glob("*.md")}
BLOCK = re.compile(r"^```py\n(import numpy as np\nimport torch.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = {name: found for name, path in PAGES.items() if (found := BLOCK.findall(path.read_text("utf-8")))}


def test_there_is_code_to_run():
    assert "check.md" in BLOCKS


@pytest.mark.parametrize("name", BLOCKS)
def test_the_code_of_a_page_runs(name):
    for block in BLOCKS[name]:
        exec(compile(block, name, "exec"), {"__name__": "page"})
