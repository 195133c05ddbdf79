"""The counts of `make nightly`, small: damaged files, kills, and calls into the engine."""

import base64
import random

import engine_calls
import killed_writers
import mutated_files
import pytest

from backlit.engine.levels import available_levels
from backlit.tables.read import read_table


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["network", "table model", "checkpoint", "case", "CSV", "exercise.toml", "journal"])
def test_no_damage_is_a_traceback_or_goes_unnoticed(name):
    _, counts, faults = mutated_files.chunk((name, 60, 12345))
    assert faults == []
    assert counts.total() == 60
    assert counts["refused"] > 0


def test_damage_of_each_kind_is_done():
    rng = random.Random(0)
    whole = bytes(range(200))
    done = [mutated_files.mutated(whole, rng) for _ in range(200)]
    assert {kind for _, kind in done} == {"bit", "byte", "cut", "inserted", "removed", "doubled", "moved"}
    assert all(sum(a != b for a, b in zip(whole, content, strict=True)) == 1 for content, kind in done if kind == "bit")


def test_a_killed_writer_leaves_a_whole_file():
    found, _, stay = killed_writers.count(4, seed=1)
    assert set(found) == {(kind, True) for kind in killed_writers.WRITERS}
    assert stay == []


@pytest.mark.skipif(not available_levels(), reason="no engine")
@pytest.mark.filterwarnings("ignore")
def test_calls_with_odd_arguments_return_or_raise():
    ends, agreed = engine_calls.count(3000, seed=1)
    assert agreed
    assert ends.total() == 3000
    for name in ("epoch", "evaluate", "measure", "masks", "read", "write", "steps"):
        assert min(ends[f"{name} done"], ends[f"{name} refused"]) > 20


def test_a_damaged_schema_of_arrows_in_a_parquet_file_is_passed_over(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "t.parquet"
    parquet.write_table(pyarrow.table({"qqqq": [1, 2, 3]}), path)
    written = parquet.read_metadata(path).metadata[b"ARROW:schema"]
    damaged = base64.b64encode(base64.b64decode(written).replace(b"qqqq", b"\xff\xfe\xfd\xfc"))
    assert damaged != written
    path.write_bytes(path.read_bytes().replace(written, damaged))
    assert list(read_table(tmp_path / "t.parquet").columns) == ["qqqq"]
