"""Spreadsheets and folders of Parquet files: read as the same table in text, or refused with what helps."""

import builtins
import datetime as dt
import zipfile

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from command_line import assert_refused, backlit

import backlit as bl
from backlit.tables.fit import look_at
from backlit.tables.read import read_table
from backlit.tables.record import fingerprint
from backlit.tables.settings import TableSettings

RNG = np.random.default_rng(0)
N = 40
ROWS = [
    (
        float(RNG.integers(0, 9999)) / 1000,
        dt.datetime(2020, 1, 1) + dt.timedelta(hours=int(7 * i)),
        dt.time(7, i % 60),
        f"{i % 3:03}",
        bool(i % 2),
        dt.timedelta(hours=i),
        i * 1.5,
    )
    for i in range(N)
]
NAMES = ("size", "when", "clock", "code", "open", "took", "y")


def book_of(path, rows, *, before=(), sheets=()):
    book = openpyxl.Workbook()
    for row in (*before, NAMES, *rows):
        book.active.append(row)
    for name in sheets:
        book.create_sheet(name)
    book.save(path)
    return path


@pytest.mark.parametrize("before", [(), (("Report of the year",), ())])
def test_a_sheet_is_its_table(before, tmp_path):
    prospect = look_at(read_table(book_of(tmp_path / "t.xlsx", ROWS, before=before)), TableSettings("y"))
    kinds = {column.name: (column.kind, column.values is not None) for column in prospect.columns}
    assert kinds == {
        "size": ("number", True),
        "when": ("date", True),
        "clock": ("number", True),
        "code": ("text", True),
        "open": ("boolean", True),
        "took": ("number", True),
    }
    values = {column.name: column.values for column in prospect.columns}
    np.testing.assert_allclose(values["size"], [row[0] for row in ROWS])
    np.testing.assert_allclose(values["when"], [row[1].replace(tzinfo=dt.UTC).timestamp() for row in ROWS])
    np.testing.assert_allclose(values["took"], [row[5].total_seconds() for row in ROWS])
    np.testing.assert_allclose(prospect.target.y, [row[-1] for row in ROWS])


def test_three_digits_behind_a_point_are_no_thousands(tmp_path):
    rows = [(1 + i / 1000, None, None, None, None, None, i) for i in range(1, N)]
    prospect = look_at(read_table(book_of(tmp_path / "t.xlsx", rows)), TableSettings("y"))
    np.testing.assert_allclose(prospect.columns[0].values, [row[0] for row in rows])


def test_the_sheet_and_the_others_are_named_and_lines_are_rows(tmp_path):
    rows = [*ROWS[:30], ("much\nmore", *ROWS[30][1:]), *ROWS[31:]]
    path = book_of(tmp_path / "t.xlsx", rows, sheets=("notes", "more"))
    table = read_table(path, encoding="latin-1")
    assert table.notes == ("the sheet 'Sheet'; others: notes, more",)
    assert table.place(29).endswith("t.xlsx, line 31")
    good = bl.TableModel.fit(book_of(tmp_path / "good.xlsx", ROWS), target="y", epochs=1, drop=["when"])
    with pytest.raises(bl.BacklitError, match=r"t.xlsx, line 32, column 'size': expected a number.* got 'much more'"):
        good.predict(path)


def test_a_model_of_a_sheet_predicts_text(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    book_of(tmp_path / "t.xlsx", ROWS)
    assert backlit("train", "t.xlsx", "--target", "y", "--epochs", "2").status == 0
    heading = "size,when,clock,code,open,took"
    lines = [f"{r[0]},{r[1]},{r[2]},{r[3]},{r[4]},{r[5].total_seconds() / 3600:.0f}:00:00" for r in ROWS]
    (tmp_path / "t.csv").write_text("\n".join([heading, *lines]) + "\n")
    one, two = (backlit("predict", "t.safetensors", name) for name in ("t.xlsx", "t.csv"))
    assert one.status == 0, one.err
    assert one.out == two.out, two.err


def test_what_is_no_sheet_says_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile("bad.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
    openpyxl.Workbook().save("empty.xlsx")
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(90))
    with zipfile.ZipFile("letter.docx", "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    for name, words in (
        ("bad.xlsx", "an Excel workbook that cannot be read"),
        ("old.xls", "an Excel workbook that cannot be read"),
        ("empty.xlsx", "an Excel workbook without cells"),
        ("letter.docx", "got a Word document"),
    ):
        assert_refused(backlit("train", name, "--target", "y"), name, words)


def test_without_the_package_the_way_is_named(tmp_path, monkeypatch):
    book_of(tmp_path / "t.xlsx", ROWS)
    real = builtins.__import__

    def without(name, *rest, **more):
        if name == "python_calamine":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(bl.BacklitError, match=r"save the sheet .* or pip install python-calamine"):
        read_table(tmp_path / "t.xlsx")


def test_a_title_sheet_is_passed_over(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Cover"
    book.active["B2"] = "Sales of the north"
    book.active["A5"] = "as of May"
    for row in (NAMES, *ROWS):
        (book["data"] if "data" in book.sheetnames else book.create_sheet("data")).append(row)
    book.save(tmp_path / "t.xlsx")
    table = read_table(tmp_path / "t.xlsx")
    assert list(table.columns) == list(NAMES)
    assert table.notes == ("the sheet 'data'; others: Cover",)


def test_a_folder_of_parquet_files_is_one_table(tmp_path):
    folder = tmp_path / "sales"
    for year in (2020, 2021):
        (folder / f"year={year}").mkdir(parents=True)
        part = pa.table(
            {"x": [year + i / 2 for i in range(25)], "shop": pa.array(["a", "b"] * 12 + ["a"]).dictionary_encode()}
        )
        pq.write_table(part, folder / f"year={year}" / "part-0.parquet")
    (folder / "README.md").write_text("what this is")
    table = read_table(folder)
    assert table.n_rows == 50
    assert table.notes == ("2 Parquet files",)
    assert table.columns["x"].to_pylist()[25] == 2021.0
    assert [str(cell) for cell in (table.columns["year"][0], table.columns["year"][49])] == ["2020", "2021"]
    before = fingerprint(str(folder))
    result = backlit("train", folder, "--target", "x", "--epochs", "1", "--out", tmp_path / "m.safetensors")
    assert result.status == 0, result.err
    assert "2 Parquet files" in result.out
    pq.write_table(pa.table({"x": [1.0], "place": ["a"]}), folder / "z.parquet")
    assert fingerprint(str(folder)) != before
    with pytest.raises(bl.BacklitError, match="files of the same columns, got 'place'"):
        read_table(folder)
    (folder / "z.parquet").write_bytes(b"PAR1")
    with pytest.raises(bl.BacklitError, match=r"z.parquet: damaged"):
        read_table(folder)


def test_a_folder_without_parquet_files_is_refused(tmp_path):
    with pytest.raises(bl.BacklitError, match="got a folder without Parquet files"):
        read_table(tmp_path)
