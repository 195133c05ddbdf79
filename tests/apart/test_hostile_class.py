"""The class of hostile submissions: a few of them here; `python tests/apart/hostile_class.py` grades them all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hostile_class import alive, graded, judged, submissions
from settings import SETTINGS, WITHOUT_NAMESPACES, cannot_be, script

from backlit.apart import sandbox

FEW = {"attack writes outside", "attack changes rights", "attack forges the journal", "attack runs the solution",
       "attack writes the report itself", "attack leaves a child", "attack replaces the reader of values",
       "attack folders thousands deep", "attack kills all", "file right"}  # fmt: skip


def test_there_are_ninety_and_more():
    found = submissions({})
    assert set(found) > FEW
    assert len(found) >= 90


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the calls are of this machine")
def test_the_page_counts_them_as_they_are():
    page = (Path(__file__).parents[2] / "docs" / "teaching.md").read_text(encoding="utf-8")
    assert f"what {len(submissions({}))} hostile submissions do to a class" in page


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_few_of_them_do_no_harm(setting, tmp_path):
    program = script(setting)
    if why := cannot_be(setting, program):
        pytest.skip(why)
    open_to_all(tmp_path)
    classmates, wrong, _ = graded(program, tmp_path, FEW)
    rows, undeserved = judged(classmates, tmp_path)
    assert wrong + undeserved == []
    assert len(rows) == len(FEW) + 1


@pytest.mark.skipif(sys.platform != "linux", reason="limits alone, as the page says")
def test_harm_is_found_where_nothing_is_held(tmp_path):
    lines = "confine.landlock = lambda *_: False\nimport allow\nallow.allow_calls = lambda: False\nimport child\n"
    program = WITHOUT_NAMESPACES.replace("import child\n", lines)
    open_to_all(tmp_path)
    chosen = {"attack writes outside", "attack changes rights", "attack copies a sibling"}
    classmates, wrong, _ = graded(program.format(inside=str(sandbox.CHILD.parent)), tmp_path, chosen)
    _, undeserved = judged(classmates, tmp_path)
    assert any("out/new" in fault for fault in wrong)
    assert [fault.partition(":")[0] for fault in undeserved] == ["attack copies a sibling"]


@pytest.mark.skipif(sys.platform != "linux", reason="no /proc")
def test_what_outlives_a_grader_would_be_found(tmp_path):
    environment = {**os.environ, "HOSTILE_CLASS": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, env=environment) as process:
        assert [pid for pid, _ in alive(tmp_path)] == [str(process.pid)]
        process.stdin.close()
    assert alive(tmp_path) == []


def open_to_all(folder):
    for path in (folder, *folder.parents):
        if path.stat().st_mode & 0o077 == 0:
            path.chmod(0o755)
