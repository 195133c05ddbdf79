"""Folders of Parquet files: one table of all that is there, its paths' columns of the kind that they are."""

import datetime as dt

import pandas
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from command_line import backlit

import backlit as bl
from backlit.tables.fit import look_at
from backlit.tables.read import read_table
from backlit.tables.record import fingerprint
from backlit.tables.settings import TableSettings

PART = pa.table({"x": [1, 2], "y": [0.5, 1.5]})


def written(folder, parts):
    """Write tables, or bytes, by their paths in a folder."""
    for name, part in parts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(part, bytes):
            path.write_bytes(part)
        else:
            pq.write_table(part, path)
    return folder


def values(table):
    return {name: column.to_pylist() for name, column in table.columns.items()}


PATHS = {
    ("2020", "2021"): (pa.int64(), [2020, 2021]),
    ("0.5", "0.25"): (pa.float64(), [0.5, 0.25]),
    ("7", "0.25"): (pa.float64(), [7, 0.25]),
    ("007", "010"): (pa.string(), ["007", "010"]),
    ("2020-01-31", "2020-02-01"): (pa.date32(), [dt.date(2020, 1, 31), dt.date(2020, 2, 1)]),
    ("north%20east", "1"): (pa.string(), ["north east", "1"]),
    ("__HIVE_DEFAULT_PARTITION__", "3"): (pa.int64(), [None, 3]),
}


@pytest.mark.parametrize("words", PATHS)
def test_a_column_told_by_paths_is_of_its_kind(words, tmp_path):
    folder = written(tmp_path / "t", {f"{i}/of={word}/p.parquet": PART.slice(0, 2 - i) for i, word in enumerate(words)})
    kind, expected = PATHS[words]
    column = read_table(folder).columns["of"]
    assert column.type == kind
    assert column.to_pylist() == [expected[0], expected[0], expected[1]]


def test_years_of_paths_are_numbers_to_learn_from(tmp_path):
    parts = {
        f"year={year}/p.parquet": pa.table(
            {"x": [float(7 * i % 11) for i in range(9)], "y": [year - 2000.5 + i for i in range(9)]}
        )
        for year in range(2015, 2021)
    }
    prospect = look_at(read_table(written(tmp_path / "t", parts)), TableSettings("y"))
    assert {column.name: column.kind for column in prospect.columns} == {"x": "number", "year": "number"}
    (tmp_path / "one").mkdir()
    assert values(read_table(tmp_path / "t" / "year=2016" / "p.parquet"))["year"] == [2016] * 9


def test_a_column_in_the_files_is_not_that_of_the_paths(tmp_path):
    folder = written(tmp_path / "t", {"x=8/p.parquet": PART, "x=9/p.parquet": PART})
    assert values(read_table(folder)) == {"x": [1, 2, 1, 2], "y": [0.5, 1.5, 0.5, 1.5]}


def of(values, kind=None):
    return pa.table({"x": pa.array(values, kind), "y": [0.5] * len(values)})


TOGETHER = {
    "whole and decimal": (of([1]), of([1.5]), [1, 1.5]),
    "nothing and numbers": (of([None], pa.null()), of([3]), [None, 3]),
    "small and large": (of([1], pa.int8()), of([300]), [1, 300]),
    "categories and words": (of(["a"]).set_column(0, "x", of(["a"])["x"].dictionary_encode()), of(["b"]), ["a", "b"]),
    "money of more places": (of([1], pa.decimal128(5, 1)), of([2], pa.decimal128(9, 3)), [1, 2]),
    "no rows": (PART.slice(0, 0), of([3]), [3]),
    "other order": (PART.select(["y", "x"]), of([3]), [1, 2, 3]),
    "an index of pandas": (
        pa.Table.from_pandas(pandas.DataFrame({"x": [1], "y": [0.5]}, index=["k"])),
        of([3]),
        [1, 3],
    ),
}


@pytest.mark.parametrize("case", TOGETHER)
def test_types_that_go_together_do_in_either_order(case, tmp_path):
    first, second, expected = TOGETHER[case]
    parts = {"a.parquet": first, "b.PARQUET": second}
    assert values(read_table(written(tmp_path / "t", parts)))["x"] == expected
    parts = {"a.pq": second, "b.parq": first}
    n = second.num_rows
    assert values(read_table(written(tmp_path / "u", parts)))["x"] == expected[-n:] + expected[:-n]


@pytest.mark.parametrize(
    ("first", "second"),
    [(["a"], [1]), ([True], [2]), ([dt.date(2020, 1, 1)], [dt.datetime(2020, 1, 1, 7)]), (["a"], [True])],
)
def test_types_that_do_not_are_named_with_their_files(first, second, tmp_path):
    folder = written(tmp_path / "t", {"a.parquet": of(first), "k=1/b.parquet": of(second)})
    with pytest.raises(
        bl.BacklitError, match=r"one type of column 'x' in all files, got .* in a.parquet and .* in k=1/b"
    ):
        read_table(folder)


def test_what_programs_leave_beside_is_passed_over(tmp_path):
    beside = ("_SUCCESS", "_metadata", ".a.parquet.crc", "_temporary/0/a.parquet", ".hidden/a.parquet", "README.md")
    folder = written(tmp_path / "t", {"a.parquet": PART, **dict.fromkeys(beside, b"")})
    table = read_table(folder)
    assert (table.n_rows, table.notes) == (2, ("1 Parquet file",))
    before = fingerprint(str(folder))
    (folder / "_SUCCESS").write_bytes(b"again")
    assert fingerprint(str(folder)) == before


def test_an_empty_file_is_not_called_damaged(tmp_path):
    folder = written(tmp_path / "t", {"a.parquet": PART, "b.parquet": b""})
    with pytest.raises(bl.BacklitError, match=r"b.parquet: expected a Parquet file, got an empty one"):
        read_table(folder)
    assert backlit("train", folder, "--target", "y").status == 2
    (folder / "b.parquet").write_bytes(b"hello, world")
    with pytest.raises(bl.BacklitError, match=r"b.parquet: damaged"):
        read_table(folder)
