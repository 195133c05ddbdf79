"""Each program of benchmarks/ and of the long counts says by --help what it measures, and then does nothing."""

import runpy
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROGRAMS = sorted(
    path
    for folder in ("benchmarks", "tests/apart", "tests/trust")
    for path in (ROOT / folder).glob("*.py")
    if '\nif __name__ == "__main__":\n' in path.read_text("utf-8")
)


def test_there_are_programs():
    assert len(PROGRAMS) > 25


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_help_says_what_is_measured_and_measures_nothing(path, monkeypatch, capsys):
    # a module that is run by its path finds its neighbours; the packages' own names come first here
    monkeypatch.syspath_prepend(str(path.parent))
    monkeypatch.setattr(sys, "argv", [str(path), "--help"])
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(path), run_name="__main__")
    assert end.value.code in (0, None)
    told = capsys.readouterr().out
    assert told.startswith("usage: ")
    first = path.read_text("utf-8").partition('"""')[2].partition("\n")[0].removesuffix('"""')
    assert " ".join(first.split()) in " ".join(told.split())
