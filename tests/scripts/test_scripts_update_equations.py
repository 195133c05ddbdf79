"""The update rules of scripts are those of the equations: their very source, in a script, is judged right."""

import inspect

import numpy as np
import pytest

from backlit.equations import optimizers
from backlit.scripts.check_file import check_script

NET = """
import math
import numpy as np
Array = State = namespace = None
def namespace(array): return np

FUNCTION

rng = np.random.default_rng(SEED)
X, y = rng.normal(size=(9, 3)), rng.normal(size=(9, 2))
W1, W2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
first, second = {}, {}
for epoch in range(12):
    a = np.tanh(X @ W1)
    out = a @ W2
    e = (out - y) / 9
    dW2 = a.T @ e
    dW1 = X.T @ (e @ W2.T * (1 - a**2))
    step1, first = RULE(dW1, first, OPTIONS)
    step2, second = RULE(dW2, second, OPTIONS)
    W1 = W1 + step1
    W2 = W2 + step2
"""
SAID = {"momentum": "momentum,", "nesterov": "Nesterov's momentum", "rmsprop": "RMSprop", "adam": "Adam,"}


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("rule", SAID)
def test_the_equations_own_update_is_right_for_any_hyper_parameters(tmp_path, rule, seed):
    rng = np.random.default_rng(seed)
    options = {
        "learning_rate": rng.uniform(0.001, 0.05),
        "momentum": rng.uniform(0.3, 0.95),
        "beta_1": rng.uniform(0.5, 0.95),
        "beta_2": rng.uniform(0.95, 0.999),
        "epsilon": 10 ** rng.uniform(-9, -6),
    }
    row = optimizers.OPTIMIZERS[rule]
    text = NET.replace("FUNCTION", inspect.getsource(row.step)).replace("RULE", row.step.__name__)
    given = ", ".join(f"{name}={options[name]:.6g}" for name in row.defaults)
    file = tmp_path / "net.py"
    file.write_text(text.replace("SEED", str(seed)).replace("OPTIONS", given), encoding="utf-8")
    report = check_script(file)
    assert report.status == "right", report
    assert any(SAID[rule] in remark for remark in report.remarks), report
