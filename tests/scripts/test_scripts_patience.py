"""How long a file is looked at: products are compared at once, and no search goes on for ever."""

from contextlib import nullcontext

import numpy as np
import pytest

from backlit.check.progress import looking_at, progress
from backlit.scripts import conclude
from backlit.scripts.check_file import check_script
from backlit.scripts.found.links import SEARCHES, links_of
from backlit.scripts.found.matches import matches
from backlit.scripts.found.shelves import shelf_of
from backlit.scripts.judged import judge
from backlit.scripts.judged.checked import checked
from backlit.scripts.seen.records import moment_of_names

RARE = """
import numpy as np
rng = np.random.default_rng(5)
X, y = rng.normal(size=(11, 3)), rng.normal(size=(11, 2))
W1, W2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
for step in range(20):
    z = X @ W1
    a = np.log1p(np.exp(z))
    out = a @ W2
    d = (out - y) / 11
    dW2 = a.T @ d
    dW1 = X.T @ (d @ W2.T / (1 + np.exp(-z)))
    W1 -= 0.1 * dW1
    W2 -= 0.1 * dW2
"""
NOISE = """
import numpy as np
rng = np.random.default_rng(7)
W = [rng.normal(size=(9, 9)) for _ in range(4)]
kept = {}
for step in range(200):
    for i in range(4):
        for j in range(8):
            kept[i, j] = np.cos(rng.normal(size=(13, 9)) @ W[i] * 3 + j)
        W[i] = W[i] - 0.01 * kept[i, 1].T @ kept[i, 2]
"""


def test_every_product_is_found_as_if_it_were_alone():
    rng = np.random.default_rng(3)
    inputs = [rng.normal(size=(5, 3)) for _ in range(4)]
    W, b = rng.normal(size=(3, 2)), rng.normal(size=2)
    names = {f"X{i}": X for i, X in enumerate(inputs)} | {"W": W, "b": b}
    e = np.exp(inputs[2] @ W + b)
    names |= {"t": np.tanh(inputs[0] @ W), "s": 1 / (1 + np.exp(-inputs[1] @ W - b)), "p": e / e.sum()}
    nodes = moment_of_names(names).nodes
    shelf = shelf_of(nodes, 5, 2, columns=False)
    options = [(None, np.zeros(2)), (5, b)]
    together = matches(shelf, options, inputs, W, SEARCHES[-1].activations, frozenset())
    assert together == [matches(shelf, options, [X], W, SEARCHES[-1].activations, frozenset())[0] for X in inputs]
    found = [[(place, nodes[at].name, name) for place, at, name in one] for one in together]
    assert found == [[(None, "t", "tanh")], [(5, "s", "sigmoid")], [(5, "p", "shares-of-all-rows")], []]
    weights = next(i for i, node in enumerate(nodes) if node.name == "W")
    bias = next(i for i, node in enumerate(nodes) if node.name == "b")
    made = {(nodes[link.result].name, link.activation, link.bias) for link in links_of(nodes, [weights], [bias])}
    assert made == {("t", "tanh", None), ("s", "sigmoid", bias)}


@pytest.mark.parametrize(("patience", "status"), [(0.0, "not-understood"), (conclude.PATIENCE, "right")])
@pytest.mark.usefixtures("layers_alone")
def test_wider_searches_end_with_patience(tmp_path, monkeypatch, patience, status):
    monkeypatch.setattr(conclude, "PATIENCE", patience)
    file = tmp_path / "net.py"
    file.write_text(RARE, encoding="utf-8")
    assert check_script(file).status == status


def test_many_arrays_that_connect_nowhere_are_soon_said(tmp_path):
    file = tmp_path / "noise.py"
    file.write_text(NOISE, encoding="utf-8")
    report = check_script(file)
    assert report.status == "not-understood"
    assert "the search ended after" not in report.asks


SHORT = """
import numpy as np
rng = np.random.default_rng(2)
X, y = rng.normal(size=(9, 3)), rng.normal(size=(9, 2))
W, V = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
for step in range(9):
    h = np.tanh(X @ W)
    p = h @ V
    e = p - y
    dV = h.T @ e
    dW = X.T @ (e @ V.T * (1 - h**2))
    V -= 0.01 * dV
    W -= 0.01 * dW
loss = np.sum((p - y) ** 2) / 2
print(loss)
"""


@pytest.mark.parametrize(("patience", "status"), [(0.0, "not-understood"), (conclude.PATIENCE, "wrong")])
def test_what_nothing_has_explained_when_the_search_is_cut_off_is_not_called_wrong(
    tmp_path, monkeypatch, patience, status
):
    # how far a search comes hangs on the machine
    monkeypatch.setattr(conclude, "PATIENCE", patience)
    file = tmp_path / "net.py"
    file.write_text(SHORT.replace("(1 - h**2)", "(h**4 + 0.3)"), encoding="utf-8")
    report = check_script(file)
    assert report.status == status
    assert ("the search ended after" in report.asks) == (status != "wrong")


def test_while_it_is_looked_at_nothing_is_called_wrong(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("backlit.check.progress.EVERY", 0.0)
    monkeypatch.setattr("backlit.scripts.check_file.waiting", nullcontext)
    file = tmp_path / "net.py"
    file.write_text(SHORT, encoding="utf-8")
    assert check_script(file).status == "right"
    said = capsys.readouterr().err
    assert "check: finding the network in the file's arrays: try 1 ..." in said
    file.write_text(SHORT.replace(" * (1 - h**2)", ""), encoding="utf-8")
    assert check_script(file).status == "wrong"
    said += capsys.readouterr().err
    assert "L1, way 1 of" in said
    assert "wrong" not in said


def test_an_inner_progress_does_not_say_more_often(monkeypatch, capsys):
    now = [0.0]
    monkeypatch.setattr("backlit.check.progress.time.monotonic", lambda: now[0])
    with progress("outer"):
        for _ in range(50):
            now[0] += 0.1
            with progress():
                looking_at("one")
    assert capsys.readouterr().err == "check: outer: one ...\n" * 2


def test_while_a_file_runs_it_is_said_what_is_waited_for(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("backlit.check.progress.EVERY", 0.1)
    file = tmp_path / "net.py"
    file.write_text("import time\ntime.sleep(0.5)" + SHORT, encoding="utf-8")
    assert check_script(file).status == "right"
    assert capsys.readouterr().err.startswith("check: running the file ...\n" * 2)


def test_where_the_output_is_right_no_other_scale_is_tried(tmp_path, monkeypatch):
    tried = []

    def noted(*given, **told):
        tried.append(told)
        return checked(*given, **told)

    monkeypatch.setattr(judge, "checked", noted)
    file = tmp_path / "net.py"
    for slope, output, most in (("(h**4 + 0.3)", "p - y", 1), ("(h**4 + 0.3)", "np.sin(9 * p) + y", 20)):
        tried.clear()
        file.write_text(SHORT.replace("(1 - h**2)", slope).replace("p - y\n", output + "\n", 1), encoding="utf-8")
        report = check_script(file)
        assert [finding.identifier for finding in report.findings] == ["unknown"]
        assert 0 < len(tried) <= 3 * most
        assert most == 1 or len(tried) > 3
