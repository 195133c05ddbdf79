"""Penalties on the weights in scripts: the same in loss and gradients, in any of the loss's scales, or told apart."""

import pytest

from backlit.scripts.check_file import check_script

NET = """
import numpy as np
rng = np.random.default_rng(9)
X, T = rng.normal(size=(12, 5)), rng.uniform(size=(12, 3))
W1, W2, b1, b2 = rng.normal(size=(5, 4)), rng.normal(size=(4, 3)), np.zeros(4), np.zeros(3)
lam = 1e-2
for step in range(30):
    H = np.tanh(X @ W1 + b1)
    O = H @ W2 + b2
    loss = LOSS
    dO = ERROR
    dH = dO @ W2.T * SLOPE
    dW2 = H.T @ dO PENALTY2
    dW1 = X.T @ dH PENALTY1
    db2, db1 = dO.sum(0), dH.sum(0)
    W2 -= 0.01 * dW2
    W1 -= 0.01 * dW1
    b1 -= 0.01 * db1
    b2 -= 0.01 * db2
"""
MEAN = ("np.mean((O - T)**2)", "2 * (O - T) / T.size")
SUM = ("np.sum((O - T)**2) / 2", "(O - T)")
BOTH = "+ lam * (np.sum(W1**2) + np.sum(W2**2))"
L2 = ("+ 2 * lam * W1", "+ 2 * lam * W2")


def report_of(path, loss, penalty, gradients, slope="(1 - H**2)"):
    """Check the script with a loss, a penalty in it, and the penalty's part of both gradients."""
    text = NET.replace("LOSS", f"{loss[0]} {penalty}").replace("ERROR", loss[1]).replace("SLOPE", slope)
    file = path / "net.py"
    file.write_text(text.replace("PENALTY1", gradients[0]).replace("PENALTY2", gradients[1]), encoding="utf-8")
    return check_script(file)


@pytest.mark.parametrize("loss", [MEAN, SUM])
def test_a_penalty_is_compared_in_the_scale_of_the_loss(tmp_path, loss):
    right = report_of(tmp_path, loss, BOTH, L2)
    assert right.status == "right", right
    assert "The gradients hold a penalty: 0.02 times the weights (weight decay)." in right.remarks
    halved = report_of(tmp_path, loss, BOTH, ("+ lam * W1", "+ lam * W2"))
    assert [finding.identifier for finding in halved.findings] == ["penalty-halved"]
    assert halved.findings[0].instead.startswith("0.02 * W2")
    forgotten = report_of(tmp_path, loss, BOTH, ("", ""))
    assert [finding.identifier for finding in forgotten.findings] == ["regularizer-not-in-gradient"]
    assert "add 0.02 * W2" in forgotten.findings[0].instead


@pytest.mark.parametrize("every", [7, 20])
def test_a_loss_that_is_computed_at_times_tells_of_its_penalty_too(tmp_path, monkeypatch, every):
    at_times = f"    if step % {every} == 0:\n        print(LOSS)\n"
    monkeypatch.setitem(globals(), "NET", NET.replace("    loss = LOSS\n", at_times))
    assert report_of(tmp_path, MEAN, BOTH, L2).status == "right"
    assert report_of(tmp_path, MEAN, "", ("", "")).status == "right"
    for part, name in (("+ lam * W{}", "penalty-halved"), ("", "regularizer-not-in-gradient")):
        report = report_of(tmp_path, MEAN, BOTH, (part.format(1), part.format(2)))
        assert [finding.identifier for finding in report.findings] == [name]


@pytest.mark.parametrize(
    ("penalty", "gradient"),
    [
        ("+ lam * np.sum(W1**2)", "+ 2 * lam * W1"),
        ("+ lam * np.sum(np.abs(W1))", "+ lam * np.sign(W1)"),
    ],
)
def test_a_penalty_of_one_layer_is_right_where_the_loss_has_it_and_else_not_judged(tmp_path, penalty, gradient):
    assert report_of(tmp_path, MEAN, penalty, (gradient, "")).status == "right"
    unseen = report_of(tmp_path, MEAN, "", (gradient, ""))
    assert unseen.status == "not-understood"
    assert "Apart from a penalty the gradients are right" in unseen.asks
    assert "W1" in unseen.asks
    assert unseen.findings == ()
    assert "judged in part" in unseen.to_text().splitlines()[0]


def test_a_penalty_on_squares_where_the_loss_has_one_on_sizes_is_named(tmp_path):
    sizes = "+ lam * (np.sum(np.abs(W1)) + np.sum(np.abs(W2)))"
    assert report_of(tmp_path, MEAN, sizes, ("+ lam * np.sign(W1)", "+ lam * np.sign(W2)")).status == "right"
    report = report_of(tmp_path, MEAN, sizes, ("+ lam * W1", "+ lam * W2"))
    assert [finding.identifier for finding in report.findings] == ["penalty-other"]
    assert "0.01 Σ |W|" in report.findings[0].happened
    assert report.findings[0].instead == "0.01 * np.sign(W2), and so in each layer"


def test_a_penalty_that_one_gradient_lacks_is_named_there(tmp_path):
    report = report_of(tmp_path, MEAN, BOTH, (L2[0], ""))
    assert [finding.identifier for finding in report.findings] == ["regularizer-not-in-gradient"]
    assert "the gradient of W2 does not" in report.findings[0].happened
    assert report.findings[0].code == "dW2 = H.T @ dO"


@pytest.mark.parametrize(("doubled", "lines"), [(0, ("dW1", "W1")), (1, ("dW2", "W2"))])
def test_a_penalty_that_one_gradient_has_twice_is_named_there(tmp_path, doubled, lines):
    gradients = [f"+ {4 if layer == doubled else 2} * lam * W{layer + 1}" for layer in (0, 1)]
    report = report_of(tmp_path, MEAN, BOTH, gradients)
    assert [finding.identifier for finding in report.findings] == ["penalty-doubled"]
    finding = report.findings[0]
    assert f"The penalty's part of the gradient of {lines[1]} is 2 times what the loss asks for" in finding.happened
    assert finding.code.startswith(f"{lines[0]} = ")
    assert finding.instead == f"0.02 * {lines[1]}"


def test_what_is_right_with_the_losss_penalty_is_right_beside_what_nothing_explains(tmp_path):
    report = report_of(tmp_path, MEAN, BOTH, ("+ 3 * np.sin(9 * W1)", L2[1]))
    assert [finding.identifier for finding in report.findings] == ["unknown"]
    assert [v.quantity for v in report.verdicts if not v.ok] == ["dW1"]


def test_a_penalty_with_the_wrong_sign_is_named(tmp_path):
    report = report_of(tmp_path, MEAN, BOTH, ("- 2 * lam * W1", "- 2 * lam * W2"))
    assert [finding.identifier for finding in report.findings] == ["penalty-wrong-sign"]


def test_a_mistake_beside_a_penalty_is_named(tmp_path):
    report = report_of(tmp_path, MEAN, BOTH, L2, slope="1")
    assert [finding.identifier for finding in report.findings] == ["missing-hidden-derivative"]
    assert any("without it" in remark for remark in report.remarks)


@pytest.mark.parametrize("chance", ["1.0000004 * lam", "29"])
def test_a_number_that_is_next_to_a_penalty_by_chance_is_none(tmp_path, chance):
    # the second is the last step's count
    report = report_of(tmp_path, SUM, f"+ (step > 28) * {chance} * (np.sum(W1**2) + np.sum(W2**2))", ("", ""))
    assert "regularizer-not-in-gradient" not in [finding.identifier for finding in report.findings], report


def test_a_penalty_whose_factor_has_no_name_is_found_too(tmp_path):
    penalty = "+ 0.005 * (np.sum(W1**2) + np.sum(W2**2))"
    assert report_of(tmp_path, MEAN, penalty, ("+ 0.01 * W1", "+ 0.01 * W2")).status == "right"
    forgotten = report_of(tmp_path, MEAN, penalty, ("", ""))
    assert [finding.identifier for finding in forgotten.findings] == ["regularizer-not-in-gradient"], forgotten
    halved = report_of(tmp_path, MEAN, penalty, ("+ 0.005 * W1", "+ 0.005 * W2"))
    assert [finding.identifier for finding in halved.findings] == ["penalty-halved"], halved
