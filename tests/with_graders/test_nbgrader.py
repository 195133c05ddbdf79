"""The cell of docs/teaching.md through nbgrader, from a course's source to the gradebook: make test-graders."""

import apart

# the course's way: source, release, submitted, autograded
COURSE = """
import json, pathlib
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

api = NbGraderAPI(CourseDirectory(config=Config({"CourseDirectory": {"root": "."}})))
made = api.generate_assignment("ps1")
assert made["success"], made
release = json.loads(pathlib.Path("release/ps1/p.ipynb").read_text())
told = {"given": "".join(release["cells"][0]["source"])}
for path in pathlib.Path(".").glob("*.answer"):
    release["cells"][0]["source"] = path.read_text()
    folder = pathlib.Path("submitted", path.stem, "ps1")
    folder.mkdir(parents=True)
    (folder / "p.ipynb").write_text(json.dumps(release))
    done = api.autograde("ps1", path.stem)
    assert done["success"], done
    (row,) = [row for row in api.get_submissions("ps1") if row["student"] == path.stem]
    graded = json.loads(pathlib.Path("autograded", path.stem, "ps1", "p.ipynb").read_text())
    printed = [part["text"] for part in graded["cells"][1]["outputs"] if part["output_type"] == "stream"]
    told[path.stem] = [row["autograded"], row["score"], row["max_score"], "".join(map("".join, printed))]
print()
print(json.dumps(told))
"""


def test_nbgrader_gives_the_share_that_is_right(tmp_path):
    (tmp_path / "source" / "ps1").mkdir(parents=True)
    solution = "### BEGIN SOLUTION\n" + apart.RIGHT + "### END SOLUTION"
    (tmp_path / "source" / "ps1" / "p.ipynb").write_text(
        apart.notebook(
            (solution, {"grade": False, "solution": True, "locked": False, "grade_id": "backward"}),
            (
                apart.shown("import numpy as np\nimport backlit as bl\n\nnet"),
                {"grade": True, "solution": False, "locked": True, "grade_id": "q1", "points": 4},
            ),
        ),
        encoding="utf-8",
    )
    for name, source in (("right", apart.RIGHT), ("wrong", apart.WRONG), ("raises", apart.RAISES)):
        (tmp_path / f"{name}.answer").write_text(source, encoding="utf-8")
    told = apart.told(COURSE, tmp_path)
    assert "YOUR CODE HERE" in told["given"]
    assert told["right"][:3] == [True, 4, 4]
    assert told["wrong"][:3] == [True, 2, 4]
    assert "missing-hidden-derivative (L1)" in told["wrong"][3]
    assert told["raises"][:3] == [True, 0, 4]
