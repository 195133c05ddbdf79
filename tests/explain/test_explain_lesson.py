"""`backlit explain` on the lesson's worked example and exercise, and the golden files of what a learner reads."""

import json
import os
import re
import subprocess
import sys

import numpy as np
import pytest
from command_line import run
from golden.make import CASES, path_of

import backlit as bl

LINES = {
    "Sum into the hidden layer (L1)": ["L1.u1  h = 0.4 × 0.1 + (−0.2) × 0.3 = −0.02"],
    "Activation of the hidden layer (L1)": ["L1.u1  a = 1 / (1 + e^(−(−0.02))) = 0.495"],
    "Activation of the output layer (L2)": ["L2.u1  ŷ = 1 / (1 + e^(−0.0495)) = 0.512"],
    "Output error term": ["L2.u1  δₒ = (1 − 0.512) × 0.512 × (1 − 0.512) = 0.122"],
    "Hidden error term": ["L1.u1  δₕ = 0.1 × 0.122 × 0.495 × (1 − 0.495) = 0.003"],
    "Step of the weights into the output layer (L2)": ["L2.w[1,1]  ΔW = 0.5 × 0.122 × 0.495 = 0.0302"],
    "Step of the weights into the hidden layer (L1)": [
        "L1.w[1,1]  Δw₁ = 0.5 × 0.003 × 0.1 = 0.00015",
        "L1.w[2,1]  Δw₂ = 0.5 × 0.003 × 0.3 = 0.00046",
    ],
    "New weights into the output layer (L2)": ["L2.w[1,1]  W ← 0.1 + 0.0302 = 0.1302"],
}
"""The lesson's numbers, each under the name of the step that makes it."""

TABLE_1 = {
    "L1 pre_activation": [-0.02],
    "L1 activation": [0.49500016666],
    "L2 activation": [0.512372477962617],
    "L2 error_term": [0.1218322353606694],
    "L1 error_term": [0.003045501323732555],
    "L2 weight_step": [[0.030153488404045865]],
    "L1 weight_step": [[0.000152275066], [0.000456825199]],
}

EXERCISE = """
weights = [[[0.5, -0.6], [0.1, -0.2], [0.1, 0.7]], [0.1, -0.3]]
input = [0.5, 0.1, -0.2]
target = 0.6
learning_rate = 0.5
"""
TABLE_2 = {
    "L1 activation": [0.559713649267, 0.386985823861],
    "L2 activation": [0.48497343084992534],
    "L2 error": [0.11502656915007464],
    "L2 error_term": [0.028730669543515018],
    "L1 error_term": [0.000708022187, -0.002044714024],
    "L2 weight_step": [[0.008040473948], [0.005559180912]],
    "L1 weight_step": [
        [1.770055466374e-04, -5.111785059877e-04],
        [3.540110932747e-05, -1.022357011975e-04],
        [-7.080221865494e-05, 2.044714023951e-04],
    ],
}


def printed(*arguments, note=""):
    """What is printed on standard output; ``note`` is what may be said beside it."""
    result = run(*arguments)
    assert result.status == 0
    assert re.fullmatch(note, result.err)
    return result.out


def lines_under(text, name):
    """The worked lines that stand under the name of a step."""
    after = re.split(rf"^{re.escape(name)}:.*\n", text, flags=re.MULTILINE)
    assert len(after) == 2, f"{name} stands {len(after) - 1} times"
    whole = re.sub(r"\n {6,}", " ", after[1].partition("\n\n")[0])
    return [line.strip() for line in whole.split("\n")]


def assert_lesson(text, lines):
    for name, expected in lines.items():
        assert lines_under(text, name) == expected


def assert_values(whole, table):
    """Check the values of a trace's JSON against a table of {address and name: values}."""
    layers = {layer["address"]: layer for layer in whole["layers"]}
    for key, expected in table.items():
        address, name = key.split()
        np.testing.assert_allclose(layers[address][name], expected, rtol=0, atol=1e-12, err_msg=key)


def test_the_lessons_numbers_stand_on_their_lines():
    assert_lesson(printed(), LINES)


def test_a_number_on_a_wrong_line_is_caught():
    swapped = printed().replace("Δw₁ = 0.5", "Δw = 0.5").replace("0.122 × 0.495 × (1", "0.122 × 0.496 × (1")
    for name in ("Step of the weights into the hidden layer (L1)", "Hidden error term"):
        with pytest.raises(AssertionError):
            assert_lesson(swapped, {name: LINES[name]})


def test_a_process_of_its_own_prints_the_same():
    command = [sys.executable, "-m", "backlit", "explain"]
    result = subprocess.run(command, capture_output=True, check=True, timeout=60, env={**os.environ, "PYTHONUTF8": "1"})
    assert result.stdout.decode().replace(os.linesep, "\n") == printed()
    assert result.stderr == b""


def test_the_exact_chain_says_what_rounding_would_change():
    assert "That changes printed digits: Δw₂ is 0.00046 at full precision, 0.00045 when rounded." in flat(printed())


def test_the_rounded_chain_prints_the_lessons_digits_and_says_where_they_differ():
    text = printed("--rounded")
    changed = {
        "Step of the weights into the hidden layer (L1)": list(LINES["Step of the weights into the hidden layer (L1)"])
    }
    changed["Step of the weights into the hidden layer (L1)"][1] = "L1.w[2,1]  Δw₂ = 0.5 × 0.003 × 0.3 = 0.00045"
    assert_lesson(text, LINES | changed)
    words = "Each line above is rounded before the next uses it, as on paper. That changes printed digits:"
    assert f"{words} Δw₂ is 0.00046 at full precision, 0.00045 when rounded." in flat(text)


def test_where_rounding_changes_nothing_it_says_so():
    assert "No printed digit changes by it." in flat(printed("--activation", "identity", "--output", "identity"))
    assert "No printed digit changes by it." not in flat(printed("--digits", "4"))


def flat(text):
    return text.replace("\n", " ")


@pytest.mark.parametrize("digits", range(1, 18))
def test_digits_are_as_asked_and_the_value_is_right_to_them(digits):
    text = printed("--digits", str(digits))
    number = lines_under(text, "Hidden error term")[0].rpartition(" = ")[2]
    # the last of 17 digits depends on the processor's exp, so the value is this machine's own
    exact = bl.Network.from_weights([[[0.4], [-0.2]], [[0.1]]]).trace([0.1, 0.3], 1).layers[0].error_term.item()
    assert exact == pytest.approx(0.003045501323732555, rel=1e-14)
    assert float(number) == float(f"{exact:.{digits}g}")
    assert len(number.removeprefix("0.00")) <= digits


def test_calculus_writes_derivatives_and_descends():
    text = printed("--notation", "calculus")
    expected = {
        "Derivative with respect to the output": ["L2.u1  ∂ℓ/∂ŷ = −(1 − 0.512) = −0.488"],
        "Derivative with respect to the sum into the output layer (L2)": [
            "L2.u1  ∂ℓ/∂zₒ = (−(1 − 0.512)) × 0.512 × (1 − 0.512) = −0.122"
        ],
        "Derivative with respect to the sum into the hidden layer (L1)": [
            "L1.u1  ∂ℓ/∂z = 0.1 × (−0.122) × 0.495 × (1 − 0.495) = −0.003"
        ],
        "Derivative with respect to the weights into the output layer (L2)": [
            "L2.w[1,1]  ∂ℓ/∂W = (−0.122) × 0.495 = −0.0603"
        ],
        "New weights into the output layer (L2)": ["L2.w[1,1]  W ← 0.1 − 0.5 × (−0.0603) = 0.1302"],
        "New weights into the hidden layer (L1)": [
            "L1.w[1,1]  w₁ ← 0.4 − 0.5 × (−0.0003) = 0.40015",
            "L1.w[2,1]  w₂ ← −0.2 − 0.5 × (−0.00091) = −0.19954",
        ],
    }
    assert_lesson(text, expected)
    worked = text.partition("Where the error sits")[0]
    assert not set("δΔ") & set(worked)


def test_both_notations_end_at_the_same_weights():
    """Steps added and derivatives taken off."""
    results = [
        [line.rpartition(" = ")[2] for line in lines_under(printed("--notation", notation), name)]
        for notation in ("lesson", "calculus")
        for name in LINES
        if name.startswith("New")
    ]
    assert results[0] == results[1] != []


def test_json_holds_the_lessons_values():
    assert_values(json.loads(printed("--format", "json")), TABLE_1)


def test_the_exercise_from_a_case_file_has_the_lessons_values(tmp_path):
    path = tmp_path / "exercise.toml"
    path.write_text(EXERCISE, encoding="utf-8")
    whole = json.loads(printed(path, "--format", "json"))
    assert_values(whole, TABLE_2)
    for key in TABLE_2:
        wrong = json.loads(json.dumps(whole))
        layer = wrong["layers"][int(key[1]) - 1]
        layer[key[3:]] = (np.array(layer[key[3:]]) + 1e-11).tolist()
        with pytest.raises(AssertionError):
            assert_values(wrong, TABLE_2)


def test_the_exercise_in_python_has_the_lessons_values():
    net = bl.Network.from_weights([[[0.5, -0.6], [0.1, -0.2], [0.1, 0.7]], [0.1, -0.3]])
    assert_values(json.loads(net.trace([0.5, 0.1, -0.2], 0.6, learning_rate=0.5).to_json()), TABLE_2)


@pytest.mark.parametrize("name", CASES)
def test_what_a_learner_reads_is_as_it_was(name):
    """After a change that is meant: python tests/golden/make.py, and read the difference."""
    assert without_rounding(printed(*CASES[name], note="(note: the input is drawn .*\n)?")) == without_rounding(
        path_of(name).read_text(encoding="utf-8")
    )


def without_rounding(text):
    """The relative difference of two gradients is what rounding left: its digits are the processor's."""
    return re.sub(r"(relative difference  +)\d\.\d×10⁻¹⁰", r"\1e-10", text)


def test_every_golden_file_has_its_case():
    assert {path.stem for path in path_of("lesson").parent.glob("*.txt")} == set(CASES)
