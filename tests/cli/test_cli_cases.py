"""Bad case files, tables and networks: the error names the file, the line and the key."""

import json
import random

import pytest
from command_line import CASE, assert_refused, run

import backlit as bl

# what stands on line 4 of a case, and parts of the error
LINES = [
    ('activaton = "tanh"', ["key 'activaton'", "did you mean 'activation'?"]),
    ("zzz = 1", ["key 'zzz'", "known: sizes, weights"]),
    ("activation = 3", ["key 'activation'", "unknown activation 3"]),
    ('activation = ["tanh", "relu"]', ["key 'activation'", "each of 1 layers", "got 2"]),
    ('activation = "softmax"', ["key 'activation'", "belongs at the output"]),
    ('activation = "leaky_relu(x)"', ["key 'activation'", "finite number", "'x'"]),
    ('activation = "tanh(2)"', ["key 'activation'", "takes no parameter"]),
    ("activation = 1979-05-27", ["key 'activation'", "1979"]),
    ('output = ["tanh"]', ["key 'output'", "['tanh']"]),
    ('loss = "log_los"', ["key 'loss'", "did you mean 'log_loss'?"]),
    ('loss = "cross_entropy"', ["key 'loss'", "'sigmoid'", "squared_error"]),
    ('loss = "huber(0)"', ["key 'loss'", "above 0"]),
    ("loss = {a = 1}", ["key 'loss'", "{'a': 1}"]),
    ('dropout = "x"', ["key 'dropout'", "must be a number", "'x'"]),
    ("dropout = 1.5", ["key 'dropout'", "below 1", "1.5"]),
    ("dropout = [0.1, 0.2]", ["key 'dropout'", "each of 1 layers", "got 2"]),
    ("dropout = " + "9" * 400, ["key 'dropout'", "more than 300 digits"]),
    ('initializer = "hee"', ["key 'initializer'", "did you mean 'he'?"]),
    ("initializer = []", ["key 'initializer'", "each of 2 layers", "got 0"]),
    ("seed = 1.5", ["key 'seed'", "whole number", "1.5"]),
    ("biases = 3", ["key 'biases'", "true or false"]),
    ("biases = [[1]]", ["key 'biases'", "true or false"]),
    ('learning_rate = "x"', ["key 'learning_rate'", "must be a number", "'x'"]),
    ("learning_rate = true", ["key 'learning_rate'", "must be a number", "True"]),
    ("learning_rate = 2000", ["key 'learning_rate'", "at most 1000", "2000"]),
    ("learning_rate = " + "9" * 400, ["key 'learning_rate'", "more than 300 digits"]),
    ("weights = [[[1], [2]]]", ["line 1, key 'sizes'", "[3, 4, 2]", "[2, 1]"]),
    ("weights = [[[1, 2], [3]]]", ["key 'weights'", "layer 1", "ragged"]),
    ("sizes = [1, 2]", ["not TOML", "line 4"]),
    ("input 3", ["not TOML", "line 4"]),
    ("seed = " + "9" * 5000, ["thousands of digits"]),
    ("seed = 0x" + "f" * 5000, ["thousands of digits"]),
]

# a whole case of three lines, the line at fault, and parts of the error
WHOLE = [
    ("sizes = '3-4-2'\ninput = [1, 2, 3]\ntarget = [1, 0]", 1, ["key 'sizes'", "[2, 3, 1]", "'3-4-2'"]),
    ("sizes = [3, 4.5, 2]\ninput = [1, 2, 3]\ntarget = [1, 0]", 1, ["key 'sizes'", "layer 1", "4.5"]),
    ("sizes = [3, true, 2]\ninput = [1, 2, 3]\ntarget = [1, 0]", 1, ["key 'sizes'", "layer 1", "True"]),
    (f"sizes = [3, {'9' * 30}, 2]\ninput = [1, 2, 3]\ntarget = [1, 0]", 1, ["key 'sizes'", "1,000,000,000"]),
    ("sizes = [3, 4, 2]\ninput = []\ntarget = []", 2, ["key 'input'", "takes 3 inputs", "(0,)"]),
    ("sizes = [3, 4, 2]\ninput = 7\ntarget = [1, 0]", 2, ["key 'input'", "takes 3 inputs", "()"]),
    ("sizes = [3, 4, 2]\ninput = [[1, 2, 3], [1, 2]]\ntarget = [1, 0]", 2, ["key 'input'", "ragged"]),
    ("sizes = [3, 4, 2]\ninput = [['a', 'b', 'c']]\ntarget = [1, 0]", 2, ["key 'input'", "text", "a"]),
    ("sizes = [3, 4, 2]\ninput = [[1, 2, nan]]\ntarget = [1, 0]", 2, ["key 'input'", "nan at index [0, 2]"]),
    ("sizes = [3, 4, 2]\ninput = [[1, 2, inf]]\ntarget = [1, 0]", 2, ["key 'input'", "inf at index [0, 2]"]),
    ("sizes = [3, 4, 2]\ninput = {a = 1}\ntarget = [1, 0]", 2, ["key 'input'", "{'a': 1}"]),
    ("sizes = [3, 4, 2]\ninput = [[1, 2, 3], [4, 5, 6]]\ntarget = [[1, 0]]", 3, ["key 'target'", "(2, 2)", "(1, 2)"]),
    ("sizes = [3, 4, 2]\ninput = [1, 2, 3]\ntarget = 'cat'", 3, ["key 'target'", "text", "cat"]),
    ("sizes = [3, 4, 2]\ninput = [1, 2, 3]\ntarget = [1, 1.7]", 3, ["key 'target'", "[0, 1]", "1.7", "output 2"]),
]


@pytest.mark.parametrize(("line", "parts"), LINES, ids=lambda value: str(value)[:30])
def test_a_bad_line_of_a_case_is_named(line, parts, tmp_path):
    path = tmp_path / "case.toml"
    path.write_text(f"{CASE}{line}\n", encoding="utf-8")
    place = [] if any("line" in part or "thousands" in part for part in parts) else ["line 4"]
    assert_refused(run(path), str(path), *place, *parts)


@pytest.mark.parametrize(("text", "line", "parts"), WHOLE, ids=lambda value: str(value)[:40])
def test_a_bad_value_of_a_case_is_named(text, line, parts, tmp_path):
    path = tmp_path / "case.toml"
    path.write_text(text, encoding="utf-8")
    assert_refused(run(path), f"{path}, line {line}", *parts)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "sizes (such as [2, 3, 1])"),
        ("input = [1]\ntarget = 1\n", "weights (one array (n_in, n_out) a layer)"),
        ("sizes = [3, 4, 2]\ninput = [1, 2, 3]\n", "expected a key 'target', got sizes, input"),
        ("sizes = [3, 4, 2]\ntarget = [1, 2]\n", "expected a key 'input', got sizes, target"),
        ("sizes = [3, 4, 2]\ninput = [0.5,", "not TOML"),
        ("input = " + "[" * 100_000, "nested too deeply"),
    ],
)
def test_a_case_that_is_not_whole_is_refused(text, part, tmp_path):
    path = tmp_path / "case.toml"
    path.write_text(text, encoding="utf-8")
    assert_refused(run(path), f"{path}: ", part)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", CASE.encode("utf-16"), "# é".encode("latin-1"), b"\x7fELF\x80"])
@pytest.mark.parametrize("name", ["case.toml", "case.json", "table.csv"])
def test_a_file_in_another_encoding_is_refused(content, name, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    result = run("--data", path) if name.endswith("csv") else run(path)
    assert_refused(result, str(path), "expected UTF-8 text", "position")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", ", line 1: not JSON"),
        ('{"sizes": [3, 4, 2],\n"input": [1, 2,\n', ", line 3: not JSON"),
        ('{"sizes": [3, 4, 2],\n"input": [1, null, 3],\n"target": 1}', ", line 2, key 'input': "),
        ('{"sizes": [3, 4, 2],\n"input": [1, 2, 3],\n"target": null}', ", line 3, key 'target': "),
        ('{"sizes": [3, 4, 2],\n"input": [1, 2, 3],\n"target": [NaN, 1]}', ", line 3, key 'target': "),
        ("[1, 2]", ": expected keys and values such as sizes = [2, 3, 1], got list"),
        ("null", ": expected keys and values"),
        ("[" * 100_000, ": lists are nested too deeply"),
        ('{"a":' * 100_000, ": lists are nested too deeply"),
        (f'{{"seed": {"9" * 5000}}}', ": expected numbers of usual length"),
    ],
    ids=lambda text: text[:30],
)
def test_bad_json_is_refused(text, part, tmp_path):
    path = tmp_path / "case.json"
    path.write_text(text, encoding="utf-8")
    assert_refused(run(path), f"{path}{part}")


TABLE = "a,b,target\n0.1,0.2,0\n0.3,0.4\n0.5,x,1\n0.7,,1\nnan,0.8,1\n0.9,1,7\n"


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["--row", "2"], ["line 3", "expected 3 columns", "got 2"]),
        (["--row", "3"], ["line 4, column 'b'", "expected a number", "'x'"]),
        (["--row", "4"], ["line 5, column 'b'", "got nothing"]),
        (["--row", "5"], ["row 5", "finite", "nan at index [0]"]),
        (["--row", "6"], ["row 6", "[0, 1]", "got 7"]),
        (["--row", "7"], ["at least 7 rows", "got 6"]),
        (["--target-column", "targt"], ["'targt'", "did you mean 'target'?"]),
        (["--target-column", "zzz"], ["'zzz'", "columns: a, b, target"]),
        (["--sizes", "3-4-1"], ["row 1", "takes 3 inputs", "(2,)"]),
    ],
)
def test_a_bad_row_of_a_table_is_named(arguments, parts, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(TABLE, encoding="utf-8")
    assert_refused(run("--data", path, *arguments), str(path), *parts)


@pytest.mark.parametrize("row", [0, -1])
def test_rows_are_counted_from_one(row, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(TABLE, encoding="utf-8")
    assert_refused(run("--data", path, "--row", row), "row", "at least 1", f"got {row}")


@pytest.mark.parametrize(
    ("text", "row", "part"),
    [
        ("", 1, "at least 1 rows of data, got 0"),
        ("a,b,target\n", 1, "at least 1 rows of data, got 0"),
        ('"' + "a" * 200_000, 1, "not a comma-separated file"),
        ('a,b,target\n1,"2\n\n",0\n3,4\n', 2, "line 5: expected 3 columns"),
    ],
    ids=["empty", "heading alone", "one huge cell", "a cell of three lines"],
)
def test_a_table_without_such_a_row_is_refused(text, row, part, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    assert_refused(run("--data", path, "--row", row), str(path), part)


def test_a_folder_is_no_table(tmp_path):
    assert_refused(run("--data", tmp_path), str(tmp_path), "directory")


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "net.safetensors"
    bl.Network.random([3, 4, 2], activation="tanh", output="identity", seed=0).save(path)
    return path


@pytest.mark.parametrize("keep", [0, 5, 100, -1])
def test_a_truncated_network_is_refused(keep, saved):
    saved.write_bytes(saved.read_bytes()[:keep])
    assert_refused(run(saved, "--input", "1,2,3", "--target", "1,0"), str(saved), "saved by backlit")


def test_a_network_of_another_program_is_refused(saved):
    header = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    saved.write_bytes(len(header).to_bytes(8, "little") + header + bytes(4))
    assert_refused(run(saved, "--input", "1,2,3", "--target", "1,0"), str(saved), "another program")


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ([], ["give a sample", "--data FILE --row N"]),
        (["--input", "1,2,3"], ["give a sample", "--target"]),
        (["--sizes", "3-2", "--input", "1,2,3", "--target", "1,0"], ["holds a network", "--sizes"]),
        (["--seed", "3", "--input", "1,2,3", "--target", "1,0"], ["holds a network", "--seed"]),
        (["--input", "1,2", "--target", "1,0"], ["--input", "takes 3 inputs"]),
        (["--input", "1,2,3", "--target", "1,0", "--loss", "log_loss"], ["--loss", "identity"]),
        (["--input", "1,2,3", "--target", "1,0", "--activation", "softmax"], ["--activation", "belongs at the output"]),
    ],
)
def test_options_that_a_saved_network_cannot_take_are_refused(arguments, parts, saved):
    assert_refused(run(saved, *arguments), *parts)


def test_a_case_whose_values_overflow_says_where(tmp_path):
    path = tmp_path / "case.toml"
    path.write_text("weights = [[1e300]]\noutput = 'identity'\ninput = [1e300]\ntarget = 1\n", encoding="utf-8")
    assert_refused(run(path), "pre_activation of L1", "inf")


PIECES = [
    *("sizes", "weights", "input", "target", "activation", "=", "[", "]", "[[", "]]", ",", "1", "-3", "0", "nan"),
    *("1e400", "'tanh'", '"sigmoid"', "true", "null", "{", "}", ":", "\n", "\n\n", "#", "é", "\x00", "[a]", "''", "."),
]


@pytest.mark.parametrize("suffix", [".toml", ".json", ".csv"])
def test_files_of_scrambled_pieces_are_explained_or_refused(suffix, tmp_path):
    rng = random.Random(0)
    path = tmp_path / f"case{suffix}"
    starts = {".toml": CASE, ".json": '{"sizes": [3, 4, 2], "input": [1, 2, 3], "target": [1, 0]}', ".csv": TABLE}
    statuses = set()
    for _ in range(600):
        text = starts[suffix]
        for _ in range(rng.randint(1, 4)):
            place = rng.randrange(len(text) + 1)
            text = text[:place] + rng.choice(PIECES) + text[place + rng.randint(0, 3) :]
        path.write_text(text, encoding="utf-8")
        result = run("--data", path) if suffix == ".csv" else run(path)
        statuses.add(result.status)
        if result.status:
            assert_refused(result)
    assert statuses == {0, 2}
