"""The command line with good input: cases, networks, tables, values; formats and files."""

import json
import os
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest
from command_line import CASE, assert_refused, backlit, run

import backlit as bl

ENDINGS = {
    ".txt": "Network 2-1-1: sigmoid, sigmoid;",
    ".md": "# Network 2-1-1",
    ".tex": r"\documentclass",
    ".json": "{",
    ".svg": "<svg",
    ".html": "<!doctype html>",
}


def trace_of(*arguments):
    """The trace that a command explains."""
    result = run(*arguments, "--format", "json")
    assert (result.status, result.err) == (0, "")
    return bl.Trace.from_json(result.out)


def process(*arguments, **options):
    """Run the command line as a process of its own."""
    command = [sys.executable, "-m", "backlit", *arguments]
    return subprocess.run(command, capture_output=True, timeout=60, check=False, **options)


def test_without_a_case_the_lesson_is_explained():
    trace = trace_of()
    assert trace.network.sizes == (2, 1, 1)
    assert trace.learning_rate == 0.5
    assert trace.layers[0].error_term.round(6).tolist() == [0.003046]


def test_a_toml_and_a_json_file_say_the_same(tmp_path):
    values = {
        "weights": [[[0.1, -0.2], [0.3, 0.4], [0.5, -0.6]], [[0.7], [-0.8]]],
        "biases": [[0.1, 0.2], [0.3]],
        "activation": "tanh",
        "loss": "log_loss",
        "input": [[0.5, 0.1, -0.2], [1, 2, 3]],
        "target": [1, 0],
        "learning_rate": 0.25,
    }
    (tmp_path / "case.json").write_text(json.dumps(values), encoding="utf-8")
    lines = [f"{key} = {json.dumps(value)}" for key, value in values.items()]
    (tmp_path / "case.toml").write_text("\ufeff" + "\n".join(lines), encoding="utf-8")
    explained = [run(tmp_path / name, "--sample", "2") for name in ("case.json", "case.toml")]
    assert explained[0].status == 0
    assert explained[0] == explained[1]
    net = bl.Network.from_weights(values["weights"], values["biases"], activation="tanh", loss="log_loss")
    expected = net.trace(values["input"], values["target"], learning_rate=0.25)
    assert trace_of(tmp_path / "case.toml").to_json() == expected.to_json()


RELU = ["--activation", "relu", "--output", "softmax", "--seed", "3"]


def test_values_on_the_command_line_make_the_network():
    trace = trace_of("--sizes", "3-4-2", *RELU, "--input", "0.5,0.1,-0.2", "--target", "1")
    net = bl.Network.random([3, 4, 2], activation="relu", output="softmax", seed=3)
    assert trace.to_json() == net.trace([0.5, 0.1, -0.2], 1, learning_rate=0.1).to_json()


def test_weights_and_biases_on_the_command_line_are_taken():
    trace = trace_of("--weights", "[[0.4, -0.2, 0.1]]", "--biases", "[[0.5]]", "--input", "1 2 3", "--target", "0")
    assert trace.network.weights[0].tolist() == [[0.4], [-0.2], [0.1]]
    assert trace.network.biases[0].tolist() == [0.5]
    assert trace.input.tolist() == [1, 2, 3]


@pytest.mark.parametrize(("given", "expected"), [("true", [0.0, 0.0]), ("false", None)])
def test_biases_can_be_switched(given, expected):
    biases = trace_of("--sizes", "3-4-2", "--biases", given).network.biases[1]
    assert (None if biases is None else biases.tolist()) == expected


def test_an_option_replaces_the_files_value(tmp_path):
    path = tmp_path / "case.toml"
    path.write_text(CASE, encoding="utf-8")
    trace = trace_of(path, "--sizes", "2-5-1", "--input", "7,8", "--target", "1", "--learning-rate", "0.75")
    assert trace.network.sizes == (2, 5, 1)
    assert (trace.input.tolist(), trace.target.tolist(), trace.learning_rate) == ([7, 8], [1], 0.75)


def test_sizes_as_an_option_replace_the_files_weights(tmp_path):
    path = tmp_path / "case.toml"
    path.write_text("weights = [[1, 2, 3]]\nbiases = [[4]]\ninput = [5, 6, 7]\ntarget = 1\n", encoding="utf-8")
    assert trace_of(path).network.sizes == (3, 1)
    assert trace_of(path, "--sizes", "3-4-1").network.sizes == (3, 4, 1)


def test_a_file_may_leave_the_sample_to_options(tmp_path):
    path = tmp_path / "case.toml"
    path.write_text("sizes = [3, 4, 2]\n", encoding="utf-8")
    assert trace_of(path, "--input", "1,2,3", "--target", "0,1").target.tolist() == [0, 1]


@pytest.fixture
def saved(tmp_path):
    net = bl.Network.random([3, 4, 2], activation="tanh", output="softmax", seed=5, dtype=np.float32)
    net.save(tmp_path / "net.safetensors")
    return net, tmp_path / "net.safetensors"


TABLE = "width,class,height,depth\n0.1,1,0.2,0.3\n\n0.4,0,0.5,0.6\n"


def test_a_saved_network_explains_a_row_of_a_table(saved, tmp_path):
    net, path = saved
    (tmp_path / "table.csv").write_text(TABLE, encoding="utf-8")
    trace = trace_of(path, "--data", tmp_path / "table.csv", "--row", "2", "--target-column", "class")
    assert trace.to_json() == net.trace([0.4, 0.5, 0.6], 0).to_json()


def test_a_table_needs_no_heading_and_its_last_column_is_the_target(saved, tmp_path):
    net, path = saved
    (tmp_path / "table.csv").write_text("0.1,0.2,0.3,1\n0.4,0.5,0.6,0\n", encoding="utf-8")
    first, numbered = (
        trace_of(path, "--data", tmp_path / "table.csv", *more) for more in ([], ["--target-column", "4"])
    )
    assert first.to_json() == numbered.to_json() == net.trace([0.1, 0.2, 0.3], 1).to_json()


def test_a_saved_network_keeps_its_precision_under_another_loss(saved):
    _, path = saved
    trace = trace_of(path, "--input", "1,2,3", "--target", "1", "--loss", "squared_error", "--activation", "relu")
    assert trace.network.loss_function == "squared_error"
    assert trace.network.layers[0].activation == "relu"
    assert trace.network.weights[0].dtype == np.float32


@pytest.mark.parametrize(("ending", "start"), ENDINGS.items())
def test_the_ending_of_out_chooses_the_format(ending, start, tmp_path):
    path = tmp_path / f"lesson{ending}"
    result = run("--out", path)
    assert (result.status, result.out, result.err) == (0, "", f"wrote {path}\n")
    text = path.read_text(encoding="utf-8")
    assert text.lower().startswith(start.lower())
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    if ending == ".svg":
        ElementTree.fromstring(text)


def test_a_file_that_is_there_is_replaced_only_by_force(tmp_path):
    path, link = tmp_path / "lesson.txt", tmp_path / "link.txt"
    path.write_text("mine", encoding="utf-8")
    link.symlink_to(path)
    for out in (path, link):
        assert_refused(run("--out", out), f"{out} is there already", "--force", "another --out")
    assert path.read_text(encoding="utf-8") == "mine"
    result = run("--out", path, "--force")
    assert (result.status, result.err) == (0, f"wrote {path}\n")
    assert path.read_text(encoding="utf-8") == run().out
    assert run("--out", tmp_path / "new.txt", "--force").status == 0


def test_format_wins_over_the_ending_and_prints_the_same(tmp_path):
    path = tmp_path / "lesson.anything"
    assert run("--format", "Markdown", "--out", path).status == 0
    assert path.read_text(encoding="utf-8") == run("--format", "markdown").out


@pytest.mark.parametrize("form", ["text", "markdown", "latex", "json", "svg", "html"])
@pytest.mark.parametrize("more", [[], ["--compare", "sigmoid,tanh"], ["--rounded", "--digits", "4", "--at", "L1.u1"]])
def test_every_format_prints_what_is_asked(form, more):
    result = run("--format", form, *more)
    assert (result.status, result.err) == (0, "")
    assert len(result.out) > 200
    assert result.out.endswith("\n")
    if form == "json":
        json.loads(result.out)


def test_a_json_explanation_of_one_place_is_of_that_place():
    whole = json.loads(run("--format", "json", "--at", "L2.w[1,1]").out)
    assert whole["address"] == "L2.w[1,1]"


def test_compare_without_a_network_takes_a_deep_one():
    out = run("--compare", "sigmoid,tanh,relu").out
    assert all(f"{name}: L1 receives" in out for name in ("sigmoid", "tanh", "relu"))


def test_notation_and_digits_change_what_is_printed():
    assert "∂" in run("--notation", "calculus").out
    assert "∂" not in run().out
    assert "0.121832" in run("--digits", "6").out


@pytest.mark.parametrize("arguments", [[], ["--help"], ["explain", "--help"]])
def test_help_is_printed_and_is_no_error(arguments):
    result = backlit(*arguments)
    assert (result.status, result.err) == (0, "")
    assert result.out.startswith("Usage: backlit")


def test_help_lists_every_key_of_a_case_and_every_option():
    text = run("--help").out
    for option in (
        "at",
        "digits",
        "rounded",
        "notation",
        "format",
        "out",
        "force",
        "compare",
        "top",
        "sample",
        "data",
        "row",
    ):
        assert f"--{option} " in text
    for option in ("sizes", "weights", "biases", "activation", "output", "loss", "initializer", "seed", "input"):
        assert f"--{option} " in text
    assert {"--target ", "--target-column ", "--learning-rate "} <= {f"{word} " for word in text.split()}


def test_version_is_printed():
    result = backlit("--version")
    assert (result.status, result.out) == (0, f"backlit, version {bl.__version__}\n")


@pytest.mark.parametrize("call", ["os.fsync", "os.replace"])
def test_a_failed_write_leaves_the_old_file_and_nothing_else(call, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    path = tmp_path / "lesson.txt"
    path.write_text("the old explanation", encoding="utf-8")
    monkeypatch.setattr(call, full)
    assert_refused(run("--out", path, "--force"), str(path), "could not be written", "No space left")
    assert path.read_text(encoding="utf-8") == "the old explanation"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link_and_its_file_is_written(tmp_path):
    (tmp_path / "real.txt").write_text("old", encoding="utf-8")
    link = tmp_path / "link.txt"
    link.symlink_to("real.txt")
    assert run("--out", link, "--force").status == 0
    assert link.is_symlink()
    assert (tmp_path / "real.txt").read_text(encoding="utf-8") == run().out


def test_a_pipe_is_written_to_and_not_replaced(tmp_path):
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert run("--out", pipe).status == 0
    with open(reader, encoding="utf-8") as arrived:
        assert arrived.read() == run().out
    assert pipe.is_fifo()


def test_an_interrupt_ends_with_130(monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("backlit.cli.explain.case_trace", interrupt)
    assert run() == (130, "", "\ninterrupted\n")


def test_a_reader_that_stops_early_is_no_error():
    command = f"{sys.executable} -m backlit explain --sizes 8-40-30-9 --at L2 --top 900 --format json | head -1"
    result = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, timeout=60, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"{\n", b"")


def test_a_reader_that_has_gone_is_no_error():
    ours, theirs = os.pipe()
    os.close(ours)
    command = [sys.executable, "-m", "backlit", "explain"]
    result = subprocess.run(command, stdout=theirs, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(theirs)
    assert (result.returncode, result.stderr) == (0, b"")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_any_encoding_of_the_terminal_will_do(encoding):
    result = process("explain", env={**os.environ, "PYTHONIOENCODING": encoding})
    assert (result.returncode, result.stderr) == (0, b"")
    assert b"Network 2-1-1" in result.stdout
    assert b"0.122" in result.stdout


def test_a_process_says_what_is_wrong_and_ends_with_2():
    result = process("explain", "--activation", "sigmiod")
    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr.startswith(b"backlit: --activation: unknown activation 'sigmiod'")
    assert result.stderr.count(b"\n") == 1


def test_a_full_disk_behind_the_terminal_is_one_sentence(monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("backlit.cli.explain.write_result", full)
    assert run() == (2, "", "backlit: No space left on device\n")


def test_a_closed_terminal_is_no_error():
    result = subprocess.run([f"{sys.executable} -m backlit explain >&-"], shell=True, capture_output=True, check=False)
    assert (result.returncode, result.stderr) == (0, b"")
