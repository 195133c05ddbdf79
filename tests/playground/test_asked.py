"""The wrong numbers that the page knows are those that `check` names."""

import numpy as np
import pytest

import backlit as bl
from backlit.playground.asked import wrong_answers
from backlit.playground.presets import preset_trace


def found(wrong, key):
    return {(wrong["words"][i][0], value) for value, i in wrong["values"].get(key, [])}


@pytest.mark.parametrize("name", ["lesson", "exercise", "two-two-two"])
def test_check_names_the_same_mistake_in_a_wrong_hidden_error_term(name):
    trace = preset_trace(name)
    net, X, y = trace.network, trace.input, trace.target
    delta = np.array(
        [
            dict(found(wrong_answers(trace), f"term L1.u{j + 1}"))["missing-hidden-derivative"]
            for j in range(net.sizes[1])
        ]
    )
    steps = [trace.learning_rate * np.outer(X, delta), trace.layers[1].weight_step]
    biases = None if net.biases[0] is None else [trace.learning_rate * delta, trace.layers[1].bias_step]
    report = bl.check_gradients(net, X, y, steps, biases, learning_rate=trace.learning_rate, convention="weight_step")
    assert {finding.identifier for finding in report.findings} == {"missing-hidden-derivative"}


def test_no_wrong_number_is_the_right_one_and_no_words_have_gaps():
    trace = preset_trace("two-two-two")
    wrong = wrong_answers(trace)
    right = {
        f"term L{i}.u{j + 1}": v for i, layer in enumerate(trace.layers, 1) for j, v in enumerate(layer.error_term)
    }
    for i, layer in enumerate(trace.layers, 1):
        right |= {f"step L{i}.w[{r + 1},{c + 1}]": v for (r, c), v in np.ndenumerate(layer.weight_step)}
        right |= {f"step L{i}.b[{c + 1}]": v for c, v in enumerate(layer.bias_step)}
    assert wrong["values"].keys() <= right.keys()
    assert len(wrong["values"]) == len(right)
    for key, answers in wrong["values"].items():
        assert all(np.isfinite(v) and not np.isclose(v, right[key], rtol=1e-6, atol=0) for v, _ in answers)
    for words in wrong["words"]:
        assert len(words) == 3
        assert not any("(ratio)" in text or "(half)" in text or "{" in text for text in words)


def test_a_batch_has_its_own_mistakes():
    net = bl.Network.random([2, 3, 1], seed=0)
    wrong = wrong_answers(net.trace([[1, 2], [3, 4], [0, 1]], [[1], [0], [1]]), sample=2)
    assert "sum-instead-of-mean" in {name for name, _ in found(wrong, "step L1.w[1,2]")}


def test_a_larger_network_is_not_asked_about():
    net = bl.Network.random([9, 9, 1], seed=0)
    assert wrong_answers(net.trace(np.zeros(9), 1)) == {"values": {}, "words": []}
