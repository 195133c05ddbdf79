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
    "33_b1_not_updated": 21,
}
RIGHT = ["07_torch_names", "16_dense_layers", "19_reseau", "23_bias_in_weights", "25_float32", "30_weight_decay"]


def test_every_script_has_one_label_and_every_label_a_script():
    assert sorted(LABELS) == sorted(path.stem for path in FOLDER.glob("*.py"))
    assert all(bool(label.get("right")) != bool(label.get("mistakes")) for label in LABELS.values())
    assert len(LABELS) >= 60
    assert sum(bool(label.get("right")) for label in LABELS.values()) >= 15
    assert sum(bool(label.get("held")) for label in LABELS.values()) * 3 >= len(LABELS)


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_script_is_right(name):
    report = check_script(FOLDER / f"{name}.py")
    assert LABELS[name]["right"]
    assert report.status == "right", report
    assert report.findings == ()
    assert len(report.understood) >= 4


@pytest.mark.parametrize("name", LINES)
def test_a_mistake_is_named_with_the_line_to_change(name):
    report = check_script(FOLDER / f"{name}.py")
    assert report.status == "wrong", report
    assert report.findings[0].identifier in LABELS[name]["mistakes"]
    assert report.findings[0].line == LINES[name]
    source = (FOLDER / f"{name}.py").read_text(encoding="utf-8").splitlines()
    assert source[LINES[name] - 1].strip()[:100] == report.findings[0].code
