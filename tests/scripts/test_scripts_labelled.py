"""Scripts as people write them, from the evaluation: understood as their labels say, the mistake and its line named."""

import tomllib
from pathlib import Path

import pytest

from backlit.scripts.check_file import check_script

FOLDER = Path(__file__).parents[2] / "benchmarks" / "scripts"
LABELS = tomllib.loads((FOLDER / "labels.toml").read_text(encoding="utf-8"))
LINES = {
    "02_trask_no_slope": 21,
    "08_minibatch_bias_not_averaged": 35,
    "14_netz_vorzeichen": 30,
    "27_two_tanh_layers_wrong_w": 27,
    "29_square_outer": 16,
    "18_single_gradient": 26,
    "33_b1_not_updated": 21,
    "36_absolute_error": 11,
    "43_per_sample_vectors": 22,
    "64_kaggle_titanic_dict_deriv_of_z": 28,
    "65_functional_reduce_updated": 36,
    "72_regression_scalars_factor": 28,
    "75_softmax_onehot_bias_axis": 28,
    "87_scores_without_target": 23,
    "94_sigmoid_derivative_of_sums": 27,
    "97_gradient_buffers_never_cleared": 28,
}
RIGHT = [
    "07_torch_names",
    "16_dense_layers",
    "19_reseau",
    "23_bias_in_weights",
    "25_float32",
    "30_weight_decay",
    "69_momentum_velocity_right",
    "77_dutch_neuron_objects_right",
    "90_german_sgd_momentum_right",
    "100_adam_columns_right",
    "106_autoencoder_tied_right",
    "115_columns_momentum_decay_right",
]


def test_every_script_has_one_label_and_every_label_a_script():
    assert sorted(LABELS) == sorted(path.stem for path in FOLDER.glob("*.py"))
    assert all(bool(label.get("right")) != bool(label.get("mistakes")) for label in LABELS.values())
    assert len(LABELS) >= 60
    assert sum(bool(label.get("right")) for label in LABELS.values()) >= 15
    parts = ("held", "fresh", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
    unseen = [any(label.get(part) for part in parts) for label in LABELS.values()]
    assert sum(unseen) * 3 >= len(LABELS)


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_script_is_right(name):
    report = check_script(FOLDER / f"{name}.py")
    assert LABELS[name]["right"]
    assert report.status == "right", report
    assert report.findings == ()
    assert len(report.understood) >= 4


@pytest.mark.parametrize("name", sorted(name for name, label in LABELS.items() if label.get("right")))
def test_no_right_script_is_judged_wrong(name):
    report = check_script(FOLDER / f"{name}.py")
    assert report.status in ("right", "not-understood"), report
    assert report.findings == ()


@pytest.mark.parametrize("name", LINES)
def test_a_mistake_is_named_with_the_line_to_change(name):
    report = check_script(FOLDER / f"{name}.py")
    assert report.status == "wrong", report
    assert report.findings[0].identifier in LABELS[name]["mistakes"]
    assert report.findings[0].line == LINES[name]
    source = (FOLDER / f"{name}.py").read_text(encoding="utf-8").splitlines()
    assert source[LINES[name] - 1].strip()[:100] == report.findings[0].code


def test_a_run_that_ends_amid_a_round_is_not_judged_by_a_pass_of_an_earlier_one(tmp_path):
    text = (FOLDER / "12_admissions_accumulate.py").read_text(encoding="utf-8")
    line = "        error = y - output\n"
    file = tmp_path / "net.py"
    ended = f"{line}        if e == 13 and (x == features[20]).all(): raise SystemExit\n"
    file.write_text(text.replace(line, ended), encoding="utf-8")
    report = check_script(file, seconds=5)
    assert report.status == "right", report


def test_a_softmax_that_only_the_loss_knows_is_the_output_activation(tmp_path):
    text = (FOLDER / "75_softmax_onehot_bias_axis.py").read_text(encoding="utf-8")
    file = tmp_path / "net.py"
    file.write_text(text.replace("dpre.sum(axis=1)", "dpre.sum(axis=0)"), encoding="utf-8")
    report = check_script(file)
    assert report.status == "right", report
    assert "L2: softmax(logits), logits = h @ W_hy + b_y" in report.understood


@pytest.mark.parametrize("epochs", [2, 3, 5, 9, 14, 20])
def test_rounding_in_single_precision_is_no_mistake_at_any_step(tmp_path, epochs):
    text = (FOLDER / "95_three_hidden_float32_right.py").read_text(encoding="utf-8")
    file = tmp_path / "net.py"
    file.write_text(text.replace("range(100)", f"range({epochs})"), encoding="utf-8")
    report = check_script(file)
    assert report.status == "right", report


@pytest.mark.parametrize("seed", [3, 13])
def test_where_predictions_were_zeros_at_first_they_are_no_targets(tmp_path, seed):
    text = (FOLDER / "03_class_feedforward.py").read_text(encoding="utf-8")
    file = tmp_path / "net.py"
    file.write_text(text.replace("import numpy as np\n", f"import numpy as np\nnp.random.seed({seed})\n"), "utf-8")
    report = check_script(file, seconds=20)
    assert report.status == "right", report


@pytest.mark.parametrize(
    ("name", "steps", "few"),
    [
        # all biases are 0, and so is what Adam remembers
        ("104_sine_adam_optimizer_right", "range(300)", "range(1)"),
        # a loop's name is another layer's array of zeros
        ("165_damped_wave_cosine_lr_right", "iterations=1500", "iterations=2"),
        # biases equal their velocity
        ("161_robot_arm_three_outputs", "steps=800", "steps=2"),
        # the last pass but measures, and its loop has names of its own
        ("129_einsum_spiral_adam_right", "range(1, 401)", "range(1, 51)"),
    ],
)
def test_after_a_step_or_two_nothing_is_called_wrong(tmp_path, name, steps, few):
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    assert steps in text
    file = tmp_path / "net.py"
    file.write_text(text.replace(steps, few), encoding="utf-8")
    report = check_script(file)
    assert (report.status, report.findings) == ("right", ())


# that of the first layer alone: what can be connected, the other two layers, is right
@pytest.mark.parametrize("changed", ["", " * (self.acts[i] > 0 if i > 1 else 1)"])
def test_layers_that_a_loop_takes_out_of_a_list_of_dicts_are_not_left_out_of_what_is_judged(tmp_path, changed):
    text = (FOLDER / "118_rmsprop_weight_decay_right.py").read_text(encoding="utf-8")
    slope = " * (self.acts[i] > 0)"
    assert slope in text
    file = tmp_path / "net.py"
    file.write_text(text.replace(slope, changed), encoding="utf-8")
    # the output's layer, which is right, is all that could be connected
    assert check_script(file).status != "right"
