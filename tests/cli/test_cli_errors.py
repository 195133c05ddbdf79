"""Bad input on the command line: status 2, and one sentence that says what was expected and what came."""

from pathlib import Path

import pytest
from command_line import assert_refused, backlit, run

NET = ["--sizes", "3-4-2", "--input", "0.5,0.1,-0.2"]
SOFTMAX = [*NET, "--output", "softmax"]

OPTIONS = [
    # numbers
    (["--input", "1,2,3"], ["--input", "takes 2 inputs", "shape (3,)"]),
    (["--input", "a,b"], ["--input", "expected numbers such as 0.1,0.3", "'a,b'"]),
    (["--input", ""], ["--input", "got nothing"]),
    (["--input", "nan,1"], ["--input", "finite", "nan at index [0]"]),
    (["--input", "1,inf"], ["--input", "finite", "inf at index [1]"]),
    (["--target", "cat"], ["--target", "expected numbers", "'cat'"]),
    (["--target", "1,2"], ["--target", "shape (1,)", "got (2,)"]),
    (["--target", "nan"], ["--target", "finite", "nan"]),
    (["--target", "1.7"], ["--target", "[0, 1]", "sigmoid", "1.7"]),
    (["--sizes", "3-4-1", "--output", "exp", "--target=-1"], ["--target", "[0, inf]", "got -1"]),
    ([*NET, "--output", "identity", "--loss", "log_loss"], ["--loss", "log_loss", "identity", "squared_error"]),
    ([*SOFTMAX, "--target", "5"], ["--target", "class labels from 0 to 1", "got 5"]),
    ([*SOFTMAX, "--target", "0.5"], ["--target", "class labels", "got 0.5"]),
    ([*SOFTMAX, "--target", "0.5,0.6"], ["--target", "sum to 1", "1.1"]),
    (["--learning-rate", "1e9"], ["--learning-rate", "at most 1000", "1e+09"]),
    (["--learning-rate", "0"], ["--learning-rate", "above 0", "got 0"]),
    (["--learning-rate", "-1"], ["--learning-rate", "above 0", "got -1"]),
    (["--learning-rate", "nan"], ["--learning-rate", "finite", "nan"]),
    (["--learning-rate", "fast"], ["--learning-rate", "'fast'"]),
    # sizes, weights, biases
    (["--sizes", "3-0-2"], ["--sizes", "layer 1", "at least 1", "got 0"]),
    (["--sizes", "3"], ["--sizes", "at least an input and an output", "[3]"]),
    (["--sizes", "3-x"], ["--sizes", "such as 2-3-1", "'3-x'"]),
    (["--sizes", "100000-100000"], ["--sizes", "1,000,000,000", "[100000, 100000]"]),
    (["--sizes", "1000000000000-1000000000000-2"], ["--sizes", "1,000,000,000"]),
    (["--sizes", "3-" + "9" * 5000], ["--sizes", "at most 18 digits"]),
    (["--sizes", "3-4-1", "--output", "softmax"], ["--output", "softmax on one unit", "log_loss"]),
    (["--sizes", "3-4-2", "--weights", "[[[1],[2]]]"], ["--sizes", "[3, 4, 2]", "[2, 1]"]),
    (["--sizes", "2-3-1", "--biases", "[[1,2,3],[1]]"], ["--biases", "true or false"]),
    (["--weights", "[[1,2"], ["--weights", "expected lists such as", "'[[1,2'"]),
    (["--weights", "[" * 100_000], ["--weights", "expected lists such as"]),
    (["--weights", "[[[1,2],[3]]]"], ["--weights", "layer 1", "ragged"]),
    (["--weights", '[[["a"]]]'], ["--weights", "layer 1", "text"]),
    (["--weights", "[[[NaN]]]"], ["--weights", "layer 1", "finite", "nan at index [0, 0]"]),
    (["--weights", f"[[[{'9' * 400}]]]"], ["--weights", "layer 1", "more than 300 digits"]),
    (["--weights", f"[[[{'9' * 5000}]]]"], ["--weights", "expected lists such as"]),
    (["--weights", "[]"], ["--weights", "one array (n_in, n_out) a layer"]),
    (["--weights", "[[[1,2],[3,4]],[[1,2,3]]]"], ["--weights", "layer 2 takes 1 input", "layer 1 has 2 units"]),
    (["--biases", "[1]"], ["--biases", "each of 2 layers"]),
    (["--biases", "[[1,2],[1]]"], ["--biases", "layer 1 has 1 unit", "(2,)"]),
    (["--seed", "-1", "--sizes", "3-2"], ["--seed", "at least 0", "-1"]),
    (["--seed", "-1", "--weights", "[[[0.1], [0.2]]]"], ["--seed", "at least 0", "-1"]),
    (["--seed", "-1"], ["--seed", "at least 0", "-1"]),
    (["--seed", "x"], ["--seed", "'x'"]),
    # names
    (["--activation", "sigmiod"], ["--activation", "'sigmiod'", "did you mean 'sigmoid'?"]),
    (["--output", "soft"], ["--output", "did you mean 'softmax'?"]),
    (["--activation", "softmax"], ["--activation", "belongs at the output"]),
    (["--activation", "elu(0)"], ["--activation", "elu's alpha must be above 0", "got 0"]),
    (["--loss", "crossentropy"], ["--loss", "did you mean 'cross_entropy'?"]),
    (["--initializer", "gloro"], ["--initializer", "did you mean 'glorot'?"]),
    (["--format", "htm"], ["'htm'", "did you mean 'html'?"]),
    (["--notation", "calc"], ["'calc'", "did you mean 'calculus'?"]),
    (["--compare", "tanh,relo"], ["'relo'", "did you mean 'relu'?"]),
    (["--compare", ""], ["names of activations", "got none"]),
    (["--sizes", "3-2", "--compare", "tanh"], ["needs a network with a hidden layer"]),
    # places and counts
    (["--at", "L9"], ["no layer 9", "L1 to L2"]),
    (["--at", "L1.u9"], ["no unit 9"]),
    (["--at", "L1.w[9,1]"], ["no input 9", "input 1 to input 2"]),
    (["--at", "L2.w[9,1]"], ["no input 9", "input 1 alone"]),
    (["--row", "3"], ["--row", "no --data FILE"]),
    (["--target-column", "y"], ["--target-column", "no --data FILE"]),
    (["--at", "here"], ["L2.w[4,3]", "'here'"]),
    (["--digits", "0"], ["digits", "from 1 to 17", "got 0"]),
    (["--digits", "three"], ["--digits", "'three'"]),
    (["--sample", "2"], ["sample", "from 1 to 1", "got 2"]),
    (["--top", "0"], ["top", "at least 1", "got 0"]),
    # usage
    (["--formt", "svg"], ["--formt", "--format"]),
    (["--digits"], ["--digits", "requires an argument"]),
    (["a.toml", "b.toml"], ["extra argument", "b.toml"]),
    # places to write to
    (["--out", "no/such/folder/x.txt"], ["no/such/folder/x.txt", "could not be written", "No such file"]),
    (["--out", "x.pdf"], ["--out", "'x.pdf'", ".svg"]),
    (["--out", "."], [".", "expected a file", "folder"]),
    (["--out", "a.txt/x.txt"], ["a.txt/x.txt", "could not be written"]),
]


@pytest.mark.parametrize(("arguments", "parts"), OPTIONS, ids=lambda value: " ".join(value)[:40])
def test_a_bad_option_is_refused_in_one_sentence(arguments, parts, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("a file, not a folder", encoding="utf-8")
    assert_refused(run(*arguments), *parts)
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("t.csv", ["got a table", "`backlit train t.csv --target COLUMN`", "--data t.csv --row 1"]),
        ("net.py", ["got a script", "`backlit check net.py`"]),
        ("net.pt", ["got another library's", "bl.from_torch(module).save(FILE)"]),
        ("folder", ["got a folder"]),
    ],
)
@pytest.mark.parametrize("verb", ["explain", "page"])
def test_what_is_no_case_is_sent_where_it_belongs(verb, name, parts, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    if name != "folder":
        (tmp_path / name).write_bytes(b"a,b\n1,2\n")
    assert_refused(backlit(verb, name), f"{name}: expected a case (.toml or .json) or a network", *parts)


def test_a_missing_argument_is_answered_with_how_the_verb_is_called():
    parts = ["Missing argument 'DATA'", "Usage: backlit diagnose [OPTIONS] MODEL DATA", "`backlit diagnose --help`"]
    assert_refused(backlit("diagnose", "net.safetensors"), *parts)


def test_an_unknown_verb_is_refused():
    assert_refused(backlit("explian"), "'explian'", "did you mean 'explain'?")


@pytest.mark.parametrize("name", ["nothing.toml", "nothing.json", "nothing.safetensors", "folder.toml", "folder.json"])
def test_a_file_that_is_not_there_is_named(name, tmp_path):
    path = tmp_path / name
    if name.startswith("folder"):
        path.mkdir()
    assert_refused(run(path), str(path), "got a folder" if path.is_dir() else "No such file or directory")


@pytest.mark.parametrize("name", ["case.toml", "case.json", "net.safetensors"])
def test_a_file_that_may_not_be_read_is_named(name, tmp_path, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    path = tmp_path / name
    path.write_bytes(b"x")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert_refused(run(path), str(path), "Permission denied")


def test_too_little_memory_is_said(monkeypatch):
    def exhaust(*_):
        raise MemoryError

    monkeypatch.setattr("backlit.cli.explain.case_trace", exhaust)
    assert_refused(run(), "more memory than there is")
