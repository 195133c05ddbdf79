"""The test file of docs/teaching.md in otter-grader: make test-graders."""

import apart

CHECK = """
import json, pathlib
import otter

told = {}
for name in ("right", "wrong", "raises"):
    names = {}
    exec(pathlib.Path(f"{name}.py").read_text(), names)
    file = otter.Notebook(tests_dir="tests").check("q1", global_env=names)
    told[name] = [file.score, file.possible, file.summary()]
print()
print(json.dumps(told))
"""


def test_otter_gives_the_points_and_names_the_mistake(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "q1.py").write_text(apart.shown("# q1.py"), encoding="utf-8")
    for name, source in (("right", apart.RIGHT), ("wrong", apart.WRONG), ("raises", apart.RAISES)):
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
    told = apart.told(CHECK, tmp_path)
    assert told["right"][:2] == [4, 4]
    assert told["wrong"][:2] == [0, 4]
    assert "missing-hidden-derivative (L1)" in told["wrong"][2]
    assert "Instead: dz1 = (dz2 @ W2.T) * (1 - a1**2)" in told["wrong"][2]
    assert told["raises"][0] == 0
