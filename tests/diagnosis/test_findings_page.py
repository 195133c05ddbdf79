"""The page of findings: a section for each that the code can give, and no other."""

import re
from pathlib import Path

from backlit.diagnosis import changes

ROOT = Path(__file__).parents[2]
HEADINGS = re.findall(r"^### ([\w-]+)$", (ROOT / "docs" / "diagnose-findings.md").read_text("utf-8"), re.MULTILINE)


def given_by_the_code():
    text = "\n".join(path.read_text("utf-8") for path in (ROOT / "src/backlit/diagnosis").glob("*.py"))
    named = set(re.findall(r'(?:Finding|_too_large_or_tiny)\(\s*"([\w-]+)"', text))
    return named | set(re.findall(r'identifier = "([\w-]+)"', text))


def test_each_finding_has_its_section():
    assert sorted(HEADINGS) == sorted(given_by_the_code())
    assert {"vanishing", "held-out-scale", "loss-flat", "labels-unrelated"} <= set(HEADINGS)


def test_changes_that_stand_for_a_finding_are_named():
    last = (ROOT / "docs" / "diagnose-findings.md").read_text("utf-8").partition("## Changes that no fact points at")[2]
    assert all(name in last or name in HEADINGS for name in changes.CHANGES)
