"""Own data as CSV: read as people write it, never sent anywhere, and refused in a sentence where it is no data."""

import numpy as np
import pytest
from seen import AXE, assert_accessible, network_of, sized

import backlit as bl

IRIS = "width,length,kind\n1.5,2,setosa\n0.5,4,virginica\n2.5,9,versicolor\n1.5,5,setosa\n"


def use(tab, text, target="", standard=False):
    details = tab.locator(".own-data")
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    # as pasted: typed, thousands of lines would take the browser minutes
    tab.get_by_label("CSV text").evaluate("(area, text) => { area.value = text; }", text)
    tab.get_by_label("Target column").fill(target)
    tab.get_by_label("Bring inputs").set_checked(standard)
    tab.get_by_role("button", name="Use this data").click()
    return details.locator(".effect").inner_text()


def samples_of(tab):
    X, Y, n = tab.evaluate("() => { const s = backlit.view.state; return [[...s.X], [...s.Y], s.n]; }")
    return np.reshape(X, (n, -1)), np.reshape(Y, (n, -1))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_classes_become_outputs(shown, separator):
    tab = shown(bl.page())
    said = use(tab, IRIS.replace(",", separator))
    assert said == "4 rows, 2 inputs; classes: setosa, versicolor, virginica."
    X, Y = samples_of(tab)
    assert X.tolist() == [[1.5, 2], [0.5, 4], [2.5, 9], [1.5, 5]]
    assert Y.argmax(axis=1).tolist() == [0, 2, 1, 0]
    net = network_of(tab)
    assert (net.sizes, net.layers[-1].row.name, net.loss_row.name) == ((2, 1, 3), "softmax", "cross_entropy")
    assert tab.evaluate("() => backlit.view.trace.loss") == pytest.approx(net.loss(X, Y), rel=1e-12)


def test_a_named_target_two_classes_and_standardized_inputs(shown):
    tab = shown(bl.page(preset="xor"))
    use(tab, '"a, b",y,x\n"no",1,3\n"yes",2,3\n"no",6,3\n', target="a, b", standard=True)
    X, Y = samples_of(tab)
    np.testing.assert_allclose(X[:, 0], (np.array([1, 2, 6]) - 3) / np.std([1, 2, 6]), rtol=1e-12)
    assert X[:, 1].tolist() == [0, 0, 0]
    assert Y.ravel().tolist() == [0, 1, 0]
    assert network_of(tab).sizes == (2, 3, 1)


def test_a_decimal_comma_and_a_number_to_predict(shown):
    tab = shown(bl.page())
    said = use(tab, "1,5;2,25\r\n-3;4,5\r\n0,5;7\r\n")
    assert "the target column 2 is a number" in said
    X, Y = samples_of(tab)
    assert (X.ravel().tolist(), Y.ravel().tolist()) == ([1.5, -3, 0.5], [2.25, 4.5, 7])
    assert network_of(tab).layers[-1].row.name == "identity"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "A table is needed"),
        ("a,b", "A table is needed"),
        ("a\n1\n2", "A table is needed"),
        ("a,b\n1,2\n3", "Row 2 has 1 cell, the first line 2"),
        ("a,b\n1,2\n,4", "Row 2, a: the cell is empty"),
        ("a,b\n1,2\nx,4", "Row 2, a: 'x' is no number"),
        ("a,b\n1,2\n2,", "Row 2, b: the cell is empty"),
        ("a,b\n1,x\n2,x", "1 different value"),
        ('a,b\n1,"x\n2,y', "quotation mark"),
        ("a,b\n" + "1,2\n" * 5001, "too large"),
        ("a,b\n1,<img src=x onerror=alert(1)>\n2,y", "img src"),
    ],
)
def test_what_is_no_data_is_said_in_a_sentence(shown, text, words):
    tab = shown(bl.page())
    said = use(tab, text)
    assert words in said
    assert len(said) < 200
    assert tab.locator("img").count() == 0
    if "img" not in words:
        assert tab.evaluate("() => backlit.view.sizes") == [2, 1, 1]


def test_a_column_that_is_none_is_named(shown):
    assert "no column 'kin'; there are width, length, kind" in use(shown(bl.page()), IRIS, target="kin")


def test_a_dropped_file_is_used_and_trained_on(shown):
    tab = shown(bl.page())
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 3))
    text = "a,b,c,d\n" + "\n".join(",".join(map(str, [*row, int(row[0] > row[2])])) for row in X.round(3).tolist())
    drop = (
        "(text) => { const data = new DataTransfer(); data.items.add(new File([text], 'mine.csv'));"
        " document.querySelector('.page').dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true})); }"
    )
    tab.evaluate(drop, text)
    tab.wait_for_function("() => backlit.view.state.n === 60")
    assert "60 rows, 3 inputs; classes: 0, 1." in tab.locator(".own-data .effect").inner_text()
    tab.locator("h1").click()
    tab.keyboard.press("2")
    assert tab.get_by_label("Optimizer").input_value() == "adam"
    before = tab.evaluate("() => backlit.view.trace.loss")
    for _ in range(5):
        tab.locator("#backlit-train").get_by_role("button", name="One epoch").click()
    assert tab.evaluate("() => backlit.view.trace.loss") < before


def test_axe_finds_nothing_in_own_data(shown):
    tab = shown(bl.page())
    tab.evaluate(AXE.read_text(encoding="utf-8"))
    use(tab, IRIS)
    assert_accessible(tab, 1280)
    sized(tab, 360)
    assert_accessible(tab, 360)
