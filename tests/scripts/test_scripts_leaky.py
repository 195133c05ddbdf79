"""A leaky ReLU of any slope: found by its values, however it is written, and its slope judged."""

import numpy as np
import pytest

from backlit.equations.activation_table import find_activation
from backlit.scripts.check_file import check_script
from backlit.scripts.found.leaky import leaky_name

NET = """
import numpy as np
rng = np.random.default_rng(8)
X, Y = rng.normal(size=(3, 15)), rng.normal(size=(2, 15))
K1, c1, K2, c2 = rng.normal(size=(4, 3)), np.full((4, 1), 0.1), rng.normal(size=(2, 4)), np.zeros((2, 1))
for epoch in range(40):
    Z1 = K1 @ X + c1
    H = FORWARD
    Q = K2 @ H + c2
    J = ((Q - Y) ** 2).sum() / 30
    D2 = (Q - Y) / 15
    D1 = K2.T @ D2 * SLOPE
    gK2, gc2 = D2 @ H.T, D2.sum(axis=1, keepdims=True)
    gK1, gc1 = D1 @ X.T, D1.sum(axis=1, keepdims=True)
    K1, c1, K2, c2 = K1 - 0.1 * gK1, c1 - 0.1 * gc1, K2 - 0.1 * gK2, c2 - 0.1 * gc2
"""
FORMS = {
    0.2: ("np.where(Z1 > 0, Z1, 0.2 * Z1)", "np.where(H > 0, 1, 0.2)"),
    0.05: ("np.maximum(Z1, Z1 * 0.05)", "((Z1 > 0) * 0.95 + 0.05)"),
    0.3: ("np.maximum(Z1, 0) + 0.3 * np.minimum(Z1, 0)", "np.where(Z1 <= 0, 0.3, 1.0)"),
}


def checked(tmp_path, forward, slope):
    """Check the network with this activation, and this slope of it."""
    file = tmp_path / "net.py"
    file.write_text(NET.replace("FORWARD", forward).replace("SLOPE", slope), encoding="utf-8")
    return check_script(file)


@pytest.mark.parametrize("slope", FORMS)
def test_any_slope_is_found(tmp_path, slope):
    report = checked(tmp_path, *FORMS[slope])
    assert report.status == "right", report
    assert f"L1: H = leaky_relu({slope})(K1 @ X + c1)" in report.understood


WRONG = {
    "1": "missing-hidden-derivative",
    "(Z1 > 0)": "slope-of-another-activation",
    "np.where(Z1 > 0, 1, 0.01)": "slope-of-another-activation",
    "np.where(Z1 > 0, 0.2, 1)": "slope-reversed",
}


@pytest.mark.parametrize("slope", WRONG)
def test_a_wrong_slope_is_named(tmp_path, slope):
    report = checked(tmp_path, FORMS[0.2][0], slope)
    assert [finding.identifier for finding in report.findings] == [WRONG[slope]]


def test_two_slopes_are_no_leaky_relu():
    z = np.array([[0.5, -1.0, 2.0], [-3.0, 0.25, -0.75]])
    row = find_activation("leaky_relu(0.125)")
    assert leaky_name(z, row.value(z), True) == row.name
    a = row.value(z)
    a[1, 0] = 0.13 * z[1, 0]
    assert leaky_name(z, a, True) is None


@pytest.mark.parametrize("z", [[[2.0, 1.0, -4.0]], [[-1.0, -2.0, -4.0]]])
def test_one_number_below_zero_or_none_above_shows_no_slope(z):
    z = np.array(z)
    assert leaky_name(z, np.where(z > 0, z, 0.3 * z), True) is None


@pytest.mark.parametrize("slope", ["-np.sin(Z1)", "np.sin(Z1)"])
@pytest.mark.usefixtures("layers_alone")
def test_the_last_layer_alone_is_not_judged_for_the_network(tmp_path, slope):
    report = checked(tmp_path, "np.cos(Z1)", slope)
    assert report.status == "not-understood"
    assert "K1 is updated too, and I could not connect it" in report.asks
