"""backlit where its engine was not built: the equations do all, and what runs says so."""

import json
import subprocess
import sys

import pytest

BLOCKED = """
import sys

class Nothing:
    # as where nothing was compiled: the modules of the engine are not there
    def find_spec(self, name, path=None, target=None):
        if name.startswith("backlit.engine._"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Nothing())
"""


def without_engine(code, *, status=0):
    """Run code in a process without the engine; return what it printed on both streams."""
    command = [sys.executable, "-W", "always", "-c", BLOCKED + code]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == status, result.stderr
    return result.stdout, result.stderr


def cli(*arguments, status=0):
    code = f"from backlit.cli import main; main({list(arguments)!r})"
    return without_engine(code, status=status)


def test_doctor_says_so_and_that_nothing_is_missing():
    found = json.loads(cli("doctor", "--json")[0])
    assert found["ok"] is True
    assert found["engine"]["level"] is None
    assert found["engine"]["levels"] == []
    assert "not built: the equations compute all" in found["engine"]["words"]


def test_explanations_and_exercises_need_no_engine(tmp_path):
    out, err = cli("explain")
    assert "Output error term" in out
    assert err == ""
    path = tmp_path / "lesson.py"
    cli("exercise", "start", "lesson", "--out", str(path))
    out, _ = cli("exercise", "check", str(path), status=1)
    assert "is still None" in out


TRAINED = """
import json, warnings
import numpy as np
import backlit as bl

rng = np.random.default_rng(0)
X = rng.normal(size=(300, 20))
y = (X[:, 0] > 0).astype(int)
net = bl.Network.random([20, 16, 2], activation="relu", output="softmax", seed=0)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    net, history = bl.train(net, X, y, epochs=2, seed=0)
    model = bl.MLPClassifier((16,), max_iter=3, random_state=0).fit(X, y)
    fitted = bl.MLPRegressor(hidden_layer_sizes=(60,), solver="lbfgs", max_iter=2, random_state=0).fit(X, y)
    outputs = net.predict(np.repeat(X, 20, axis=0))
report = bl.check_gradients(net, X, y, *net.gradients(X, y))
print(json.dumps({
    "losses": history.losses,
    "curve": model.loss_curve_,
    "lbfgs": fitted.loss_curve_,
    "outputs": outputs[::300].tolist(),
    "ok": report.ok,
    "said": [str(w.message) for w in caught if "compiled engine" in str(w.message)],
}))
"""


def test_training_and_prediction_are_the_same_to_rounding():
    alone = json.loads(without_engine(TRAINED)[0])
    command = [sys.executable, "-c", TRAINED]
    beside = json.loads(subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout)
    for name in ("losses", "curve", "lbfgs"):
        assert alone[name] == pytest.approx(beside[name], rel=1e-9), name
    for one, other in zip(alone["outputs"], beside["outputs"], strict=True):
        assert one == pytest.approx(other, rel=1e-9)
    assert alone["ok"]
    assert beside["said"] == []
    assert any("backlit doctor" in words for words in alone["said"])


def test_who_asks_for_the_engine_is_told_how_to_have_it():
    code = """
import backlit as bl
try:
    bl.train(bl.Network.random([3, 4, 2], seed=0), [[1, 2, 3]], [[0, 1]], epochs=1, engine="compiled")
except bl.BacklitError as error:
    print(error)
"""
    out, _ = without_engine(code)
    assert "a C++ compiler" in out
    assert "backlit doctor" in out
    assert len(out) < 400
