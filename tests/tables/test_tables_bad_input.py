"""Bad tables, targets, settings and model files: one sentence that says where, exit status 2, nothing written."""

import json
import os
import signal
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from command_line import assert_one_sentence, assert_refused, backlit
from sealed_files import parts, resealed, without_digest

import backlit as bl
from backlit.tables.fit import look_at, train_table
from backlit.tables.model_file import load_model, save_model
from backlit.tables.read import read_table
from backlit.tables.settings import settings_of

ROWS = "".join(f"{i / 2},{i % 7},{'uv'[i % 2]}\n" for i in range(40))
GOOD = f"length,width,kind\n{ROWS}"
LATIN = ("length,width,kind\n1,2,u\n" + "1,2,v\n" * 3 + "3,4,größe\n").encode("latin-1")

# the file's content, options beside `--target kind`, and words that the sentence holds
TABLES = {
    "an empty file": ("", [], "empty file"),
    "empty lines alone": ("\n\n\n", [], "empty file"),
    "a heading alone": ("length,width,kind\n", [], "expected rows under the heading"),
    "a target that is not there": (GOOD, ["--target", "knid"], "no column 'knid'", "did you mean 'kind'"),
    "a target spelled in capitals": (GOOD, ["--target", "KIND"], "did you mean 'kind'"),
    "a target like no column": (GOOD, ["--target", "zzz"], "no column 'zzz'", "columns: length, width, kind"),
    "a dropped column not there": (GOOD, ["--drop", "lenght"], "for --drop", "did you mean 'length'"),
    "an id that is not there": (GOOD, ["--id", "widht"], "for --id", "did you mean 'width'"),
    "a target all missing": ("a,kind\n" + "1,\n2,NA\n" * 10, [], "missing in every row"),
    "a target of one class": ("a,kind\n" + "1,u\n2,u\n" * 10, [], "'u' in every row", "two classes"),
    "a target of one value": ("a,kind\n" + "1,7.5\n2,7.5\n" * 10, [], "7.5 in every row"),
    "a class a row": (
        "a,kind\n" + "".join(f"{i},name{i}\n" for i in range(20)),
        [],
        "20 classes in 20 rows",
    ),
    "more classes than can be": (
        "a,kind\n" + "".join(f"{i},{i / 2}\n" for i in range(20)),
        ["--task", "classification"],
        "20 classes in 20 rows",
        "--task regression",
    ),
    "words as quantities": (GOOD, ["--task", "regression"], "must be numbers for regression"),
    "an unknown task": (GOOD, ["--task", "clustering"], "classification or regression", "clustering"),
    "dates": ("a,y\n" + "1,2020-01-31\n2,2021-01-31\n" * 9, ["--target", "y"], "got dates", "--task classification"),
    "too few rows": ("a,kind\n1,u\n2,v\n3,u\n", [], "at least 10 rows", "got 3"),
    "a row too long": (GOOD + "1,2,u,4\n", [], "line 42", "expected 3 cells", "got 4"),
    "a row too short": ("length,width,kind\n1,2,u\n1,2\n" + ROWS, [], "line 3", "expected 3 cells", "got 2"),
    "a quote that never ends": (GOOD + '1,2,"u\n', [], "t.csv, line 42", "unexpected end of data"),
    "another encoding": (LATIN, [], "line 6", "expected utf-8 text", "0xf6", "--encoding cp1252", "UTF-8"),
    "another encoding in the heading": ("länge,kind\n1,u\n".encode("latin-1"), [], "line 1", "0xe4"),
    "UTF-16": (GOOD.encode("utf-16"), [], "UTF-16", "--encoding utf-16"),
    "an unknown encoding": (GOOD, ["--encoding", "utf-99"], "unknown encoding 'utf-99'"),
    "a picture": (bytes(range(256)) * 9, [], "expected a table as text (CSV), a Parquet file", "got other bytes"),
    "a byte that Windows programs have not": (
        b"l\x8dnge,kind\n1,u\n",
        ["--encoding", "cp1252"],
        "expected cp1252 text",
        "0x8d",
        "latin-1",
    ),
    "infinite values": (GOOD + "inf,2,u\n", [], "line 42", "column 'length'", "finite number", "'inf'"),
    "an infinite target": ("a,y\n" + "1,2.5\n2,3.5\n" * 9 + "3,-inf\n", ["--target", "y"], "line 20", "'-inf'"),
    "duplicate names": ("a,b,a,kind\n1,2,3,u\n", [], "'a' twice"),
    "names alike without spaces": ("a, a,kind\n1,2,u\n", [], "'a' twice"),
    "no column but the target": ("kind\n" + "u\nv\n" * 10, [], "no column is left"),
    "every column dropped": (GOOD, ["--drop", "length,width"], "no column is left", "as asked"),
    "identifiers alone": (
        "who,kind\n" + "".join(f"name{i},{'uv'[i % 2]}\n" for i in range(40)),
        [],
        "no column is left",
        "identifier",
    ),
    "the target dropped": (GOOD, ["--drop", "kind"], "'kind' is the target"),
    "a share of nothing": (GOOD, ["--test-share", "0"], "test_share", "above 0"),
    "a share that leaves no rows": (GOOD, ["--test-share", "0.01"], "must leave rows", "of 40"),
    "an unknown activation": (GOOD, ["--activation", "rleu"], "did you mean 'relu'"),
    "an unknown optimizer": (GOOD, ["--optimizer", "adm"], "did you mean 'adam'"),
    "an unknown schedule": (GOOD, ["--schedule", "cosin"], "did you mean 'cosine'"),
    "a loss that does not fit": (GOOD, ["--loss", "log_loss"], "log_loss", "losses that can"),
    "sizes that are none": (GOOD, ["--hidden", "many"], "--hidden", "whole numbers"),
    "a learning rate of nothing": (GOOD, ["--learning-rate", "0"], "learning_rate", "above 0"),
    "no epochs": (GOOD, ["--epochs", "0"], "epochs", "at least 1"),
    "a delimiter of two characters": (GOOD, ["--delimiter", ",,"], "one character"),
    "negative counts": (
        "a,y\n" + "1,2.5\n2,-3.5\n" * 9,
        ["--target", "y", "--loss", "poisson"],
        "poisson",
        "line 3",
        "-3.5",
    ),
    "a class a tenth row, of many": (
        "a,kind\n" + "".join(f"{i / 7},name{i % 8000}\n" for i in range(80_000)),
        [],
        "8,000 classes in 80,000 rows",
        "at most 500,000,000",
    ),
    "numbers too large to scale": (
        GOOD + "1e308,1,u\n-1e308,1,v\n" * 20,
        [],
        "line 42",
        "'length'",
        "at most 1e+100",
        "1e308",
    ),
    "a target too large to scale": ("a,y\n" + "1,2.5\n2,1e308\n" * 9, ["--target", "y"], "line 3", "at most 1e+100"),
    "damaged Parquet": (b"PAR1" + bytes(50), [], "damaged", "Parquet"),
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("content", "options", "parts"), [(c, o, p) for c, o, *p in TABLES.values()], ids=TABLES)
def test_a_bad_table_is_refused(content, options, parts, folder):
    (folder / "t.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    result = backlit("train", "t.csv", "--target", "kind", *options)
    # what the table holds may have been told before the settings were found not to go together
    assert_refused(result._replace(out=""), *parts)
    assert [entry.name for entry in folder.iterdir()] == ["t.csv"]


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["nothing.csv", "--target", "y"], ("nothing.csv", "no such file", "digits, iris")),
        (["irsi", "--target", "target"], ("irsi", "did you mean 'iris'")),
        (["folder", "--target", "y"], ("folder", "got a folder")),
        (["a\0b", "--target", "y"], ("could not be read",)),
        ([], ("expected a table", "backlit train FILE --target COLUMN")),
        (["iris"], ("the column to predict", "backlit train iris --target")),
        (["iris", "--target", "target", "--out", "folder"], ("folder", "got a folder")),
        (["iris", "--target", "target", "--out", "no/where.safetensors"], ("no folder", "no")),
        (["iris", "--target", "target", "--out", "there.safetensors"], ("is there already", "--force")),
        (["iris", "--target", "target", "--checkpoint", "no/where"], ("no/where", "no folder")),
        (["iris", "--target", "target", "--config", "no.toml"], ("no.toml",)),
        (["iris", "--config", "bad.toml"], ("bad.toml", "epochz", "did you mean 'epochs'")),
        (["--repeat", "no.safetensors"], ("no.safetensors", "could not be read")),
        (["--repeat", "net.safetensors"], ("net.safetensors", "network without a table")),
    ],
)
def test_what_cannot_be_trained_is_refused(arguments, parts, folder):
    (folder / "folder").mkdir()
    (folder / "there.safetensors").write_bytes(b"mine")
    (folder / "bad.toml").write_text("target = 'target'\nepochz = 3\n", encoding="utf-8")
    bl.Network.random([3, 4, 2], seed=0).save("net.safetensors")
    assert_refused(backlit("train", *arguments)._replace(out=""), *parts)
    assert (folder / "there.safetensors").read_bytes() == b"mine"


def test_a_foreign_checkpoint_stays_as_it_is(folder):
    (folder / "mine").write_bytes(b"mine")
    result = backlit("train", "iris", "--target", "target", "--checkpoint", "mine")
    assert result.status == 2
    assert "mine: expected a checkpoint, got a file that is damaged or of another kind" in result.err
    assert (folder / "mine").read_bytes() == b"mine"


@pytest.fixture
def model(folder):
    (folder / "t.csv").write_text(GOOD, encoding="utf-8")
    settings = settings_of({"target": "kind", "hidden": [5, 4], "epochs": 2})
    save_model(train_table(look_at(read_table("t.csv"), settings)).model, "m.safetensors")
    return folder / "m.safetensors"


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ("width,kind\n1,u\n", ("a column that the table lacks", "'length'")),
        ("other\n1\n", ("2 columns that the table lacks", "'length', 'width'")),
        ("length,width\n1,2\n1,wide\n", ("line 3", "column 'width'", "expected a number", "'wide'")),
        ("length,width\n1,2\ninf,2\n", ("line 3", "column 'length'", "'inf'")),
        ("length,width\n1,2\n1\n", ("line 3", "expected 2 cells")),
        ("", ("empty file",)),
    ],
)
def test_a_bad_table_at_prediction_is_refused(content, parts, model, folder):
    (folder / "new.csv").write_text(content, encoding="utf-8")
    assert_refused(backlit("predict", model, "new.csv", "--out", "p.csv"), *parts)
    assert not (folder / "p.csv").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["predict", "m.safetensors", "t.csv", "--out", "m.safetensors"],
        ["predict", "m.safetensors", "t.csv", "--out", "t.csv"],
        ["predict", "m.safetensors", "t.csv", "--out", "link.csv"],
        ["train", "t.csv", "--target", "kind", "--epochs", "1", "--force", "--out", "t.csv"],
        ["train", "t.csv", "--config", "run.toml", "--force", "--out", "run.toml"],
        ["train", "t.csv", "--target", "kind", "--epochs", "1", "--out", "new", "--checkpoint", "new"],
        ["train", "t.csv", "--target", "kind", "--epochs", "1", "--out", "new", "--checkpoint", "t.csv"],
        ["train", "--repeat", "m.safetensors", "--out", "new", "--checkpoint", "m.safetensors"],
        ["explain", "case.json", "--out", "case.json"],
        ["explain", "m.safetensors", "--data", "t.csv", "--format", "text", "--out", "t.csv"],
    ],
    ids=" ".join,
)
def test_a_file_that_a_command_reads_is_never_what_it_writes(arguments, model, folder):
    (folder / "run.toml").write_text('target = "kind"\nepochs = 1\n', encoding="utf-8")
    (folder / "case.json").write_text('{"sizes": [3, 4, 2], "input": [1, 2, 3], "target": [1, 0]}', encoding="utf-8")
    (folder / "link.csv").symlink_to("t.csv")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert_refused(backlit(*arguments), "expected a file to write that is not read here too")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def changed(content, **metadata):
    return resealed(content, **metadata)


def table_changed(content, change):
    table = json.loads(parts(content)[1]["table"])
    change(table)
    return resealed(content, table=json.dumps(table))


def refused(path, content):
    path.write_bytes(content)
    with pytest.raises(bl.BacklitError) as caught:
        load_model(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert_one_sentence(message.replace(str(path), "PATH"))
    return message


def test_a_model_by_a_newer_version_says_so(model):
    content = changed(model.read_bytes(), format="backlit/table/9", written_by="backlit 9.1")
    message = refused(model, content)
    assert "got backlit/table/9, written by backlit 9.1" in message
    assert "newer" in message
    assert_refused(backlit("predict", model, "t.csv"), "backlit 9.1", "newer")


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.pop("columns"),
        lambda t: t.update(columns=t["columns"][:1]),
        lambda t: t.update(columns=[]),
        lambda t: t.update(columns="length"),
        lambda t: t.update(classes=["u"]),
        lambda t: t.update(classes=["u", "u"]),
        lambda t: t.update(classes=[1, 2]),
        lambda t: t.update(scale="wide"),
        lambda t: t.update(mean=1e999),
        lambda t: t["columns"][0].update(kind="code"),
        lambda t: t["columns"][0].update(name=["length"]),
        lambda t: t["columns"][0].update(medians=[]),
        lambda t: t["columns"][0].update(means=[None]),
        lambda t: t["columns"][0].update(scales=[0.0]),
        lambda t: t["columns"][0].update(parts=["value", "value"]),
        lambda t: t["columns"][0].update(parts=[["value"]]),
        lambda t: t["columns"][0].update(kind="text", words=[]),
        lambda t: t["columns"][0].update(kind="text", words=["a", "a"]),
    ],
)
def test_a_description_that_does_not_fit_is_refused(change, model):
    assert "damaged" in refused(model, table_changed(model.read_bytes(), change))


def test_a_truncated_model_is_refused(model):
    content = model.read_bytes()
    for length in range(0, len(content), 97):
        refused(model, content[:length])


def test_no_flipped_byte_goes_unnoticed(model):
    content = model.read_bytes()
    for place in range(0, len(content), 5):
        damaged = bytearray(content)
        damaged[place] ^= 0x15
        refused(model, bytes(damaged))


def test_a_model_of_before_the_digest_is_read_with_a_word(model):
    network = load_model(model).network
    model.write_bytes(without_digest(model.read_bytes()))
    with pytest.warns(UserWarning, match="added no digest"):
        assert repr(load_model(model).network) == repr(network)
    done = subprocess.run(
        [sys.executable, "-m", "backlit", "predict", model.name, "t.csv"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert done.stderr.startswith("warning: m.safetensors: written by a backlit that added no digest")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x80\x04K\x01.", b"a,b\n1,2\n"])
def test_a_foreign_file_is_no_model(content, model):
    assert "expected a network saved by backlit" in refused(model, content)


def test_a_full_disk_is_one_sentence_and_the_model_is_kept(model, folder, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full")
    result = backlit("predict", model, "t.csv", "--out", "/dev/full")
    assert_refused(result, "/dev/full", "No space left on device")
    result = backlit("train", "t.csv", "--target", "kind", "--epochs", "1", "--out", "/dev/full")
    assert result.status == 2
    assert "/dev/full: could not be written, No space left on device" in result.err
    kept = result.err.strip().rpartition("the model is kept in ")[2]
    assert load_model(kept).classes == ("u", "v")


def test_a_checkpoint_that_cannot_be_written_leaves_the_model_so_far(model, folder, monkeypatch):
    def refuse(path, content):
        raise bl.BacklitError(f"{path}: could not be written, No space left on device")

    monkeypatch.setattr("backlit.training.checkpoint.write_whole", refuse)
    result = backlit("train", "t.csv", "--target", "kind", "--epochs", "3", "--out", "n", "--checkpoint", "c")
    assert result.status == 2
    sentence = result.err.strip().splitlines()[-1]
    assert_one_sentence(sentence)
    assert "c: could not be written" in sentence
    assert sentence.endswith("training ended after epoch 1; the model so far is in n")
    assert "the checkpoint could not be written" in result.out
    assert load_model("n").classes == ("u", "v")


def test_parquet_text_that_is_no_utf_8_is_refused_by_column(folder):
    offsets = pa.array([0, 3], pa.int32()).buffers()[1]
    bad = pa.Array.from_buffers(pa.string(), 1, [None, offsets, pa.py_buffer(b"\xff\xfea")])
    pq.write_table(pa.table({"length": [1.0], "kind": bad}), "cells.parquet")
    assert_refused(backlit("train", "cells.parquet", "--target", "kind"), "cells.parquet, column 'kind': damaged")
    pq.write_table(pa.table({"length": [1.0], "QQQQ": [1.0]}), "name.parquet")
    content = (folder / "name.parquet").read_bytes()
    (folder / "name.parquet").write_bytes(content.replace(b"QQQQ", b"\xff\xfe\xfd\xfc"))
    assert_refused(backlit("train", "name.parquet", "--target", "kind"), "name.parquet: damaged, expected the columns")


KILLED = """
import os, signal, sys
from backlit.files import atomic
from backlit.tables.model_file import load_model, save_model
model = load_model(sys.argv[1])
os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
save_model(model, sys.argv[1])
"""


def test_a_kill_in_the_middle_of_saving_leaves_the_old_model(model):
    before = model.read_bytes()
    process = subprocess.run([sys.executable, "-c", KILLED, model], check=False, timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert model.read_bytes() == before
    load_model(model)


def test_identifiers_are_left_out_with_a_warning(folder):
    rows = "".join(f"{1000 + i},{i % 5},name{i},{'uv'[i % 2]}\n" for i in range(40))
    (folder / "t.csv").write_text(f"row,width,who,kind\n{rows}", encoding="utf-8")
    result = backlit("train", "t.csv", "--target", "kind", "--epochs", "1")
    assert result.status == 0
    assert "warning: column 'row' looks like row numbers" in result.err
    assert "warning: column 'who' looks like an identifier" in result.err
    kept = backlit("train", "t.csv", "--target", "kind", "--epochs", "1", "--keep", "row,who", "--force")
    assert "warning" not in kept.err
    assert [column.name for column in load_model("t.safetensors").columns] == ["row", "width", "who"]


def test_a_damaged_parquet_file_is_named_once(folder):
    (folder / "bad.parquet").write_bytes(b"PAR1" + bytes(50))
    message = backlit("train", "bad.parquet", "--target", "y").err
    assert message.count("bad.parquet") == 1, message
