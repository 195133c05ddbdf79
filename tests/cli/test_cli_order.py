"""What is wrong with the input is said before what is in the way of the output; what is there is left alone."""

import pytest
from command_line import assert_refused, backlit

import backlit as bl

WRONG = [
    (("explain", "--sizes", "3-4-2", "--activation", "reul", "--out", "there.txt"), "reul"),
    (("explain", "--at", "L9", "--out", "there.txt"), "L9"),
    (("page", "--sizes", "3-4-2", "--activation", "reul", "--out", "there.html"), "reul"),
    (("page", "--image", "three", "--out", "there.html"), "--image"),
    (("train", "iris", "--target", "kind", "--out", "there.safetensors"), "kind"),
    (("train", "iris", "--target", "target", "--hidden", "none", "--out", "there.safetensors"), "--hidden"),
    (("predict", "net.safetensors", "iris", "--out", "there.csv"), "net.safetensors"),
    (("export", "nothing.safetensors", "--to", "there.onnx"), "nothing.safetensors"),
    (("diagnose", "net.safetensors", "iris", "--target", "kind", "--out", "there.txt"), "kind"),
    (("exercise", "start", "lessen", "--out", "there.py"), "lessen"),
    (("exercise", "pack", "lessen", "--out", "there.json"), "lessen"),
    (("exercise", "grade", "no-folder", "--exercise", "lesson", "--out", "there.csv"), "no-folder"),
]


@pytest.mark.parametrize(("arguments", "named"), WRONG, ids=lambda value: value if isinstance(value, str) else value[0])
def test_the_input_is_complained_of_first(arguments, named, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    bl.Network.random([4, 5, 3], output="softmax", seed=0).save("net.safetensors")
    out = tmp_path / arguments[-1]
    out.write_text("mine", encoding="utf-8")
    result = backlit(*arguments)
    assert_refused(result, named)
    assert "is there already" not in result.err
    assert out.read_text(encoding="utf-8") == "mine"
    assert {path.name for path in tmp_path.iterdir()} == {"net.safetensors", out.name}


def test_what_input_and_target_are_is_said_where_they_are_not_given():
    assert backlit("explain", "--sizes", "3-4-2").err == (
        "note: the input is drawn from seed 0, and the target is 1: give yours by --input and --target\n"
    )
    softmax = ("explain", "--sizes", "3-4-2", "--output", "softmax", "--input", "1,2,3")
    assert backlit(*softmax).err == "note: the target is class 0: give yours by --target\n"
    assert backlit(*softmax, "--target", "1").err == ""
    assert backlit("explain").err == ""
    assert backlit("explain", "--sizes", "3-4-2", "--format", "json").err == ""


def test_an_unknown_part_of_exercise_is_answered_with_the_nearest():
    assert_refused(backlit("exercise", "chekc"), "did you mean 'check'?", "grade", "validate")
