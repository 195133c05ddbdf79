"""The nightly count of copied marks fails where there are any."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import copied_digits


@pytest.mark.parametrize(("share", "passed", "status"), [(0.5, 2, 0), (1.0, 2, 1), (0.5, 3, 1)])
def test_copied_marks_fail_the_count(share, passed, status, monkeypatch, capsys):
    monkeypatch.setattr(copied_digits, "attack", lambda *given: (3, share))
    monkeypatch.setattr(copied_digits, "in_float16", lambda exercise: (passed, 2))
    assert copied_digits.main(["lesson"]) == status
    assert "lesson" in capsys.readouterr().out


def test_a_count_of_nothing_fails():
    assert copied_digits.main(["no-such-exercise"]) == 1
