"""Tables as people have them: none of the situations of the benchmark is silently wrong, and its judge can say so."""

import importlib.util
import re
import sys
from collections import Counter
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "benchmarks/tables_situations.py"


@pytest.fixture(scope="module")
def situations():
    sys.path.insert(0, str(PATH.parent))
    spec = importlib.util.spec_from_file_location("tables_situations", PATH)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_none_is_silently_wrong_and_most_are_solved(situations):
    found = {name: outcome for group in situations.GROUPS.values() for name, outcome in group().items()}
    wrong = {name: why for name, (outcome, why) in found.items() if outcome not in ("solved", "refused", "said")}
    assert not wrong
    counts = Counter(outcome for outcome, _ in found.values())
    assert counts["solved"] >= 57, counts
    for page in ("tables.md", "figures.md"):
        text = (PATH.parents[1] / "docs" / page).read_text(encoding="utf-8")
        told = re.search(
            r"(\d+) situations of people with tables.*?(\d+) (?:are )?read as.*?(\d+) (?:are )?refused", text, re.DOTALL
        )
        assert [int(n) for n in told.groups()] == [sum(counts.values()), counts["solved"], counts["refused"]], page


def test_the_judge_tells_a_wrong_reading(situations):
    plain = situations.csv_bytes({"size": situations.LARGE, "y": situations.Y})
    other = {"size": [value / 1000 for value in situations.LARGE], "y": situations.Y}
    assert situations.verdict(plain, other)[0] == "WRONG"
    # a column left out without a word about it
    assert situations.verdict(plain, {"size": None, "y": situations.Y})[0] == "WRONG"
    # an error that names no way out
    assert situations.verdict(b"size,y\n1,2\n", other)[0] == "WRONG"
