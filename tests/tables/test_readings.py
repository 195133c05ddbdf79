"""Cells as people write them: numbers, money, dates, words for nothing; what is read, what is asked, what is said."""

import datetime
import gzip

import numpy as np
import pytest
from command_line import assert_refused, backlit

import backlit as bl
from backlit.tables.arrays import Words
from backlit.tables.fit import look_at
from backlit.tables.read import read_table
from backlit.tables.readings import Choices, find_readings
from backlit.tables.report import prospect_text, warnings_of
from backlit.tables.settings import TableSettings
from backlit.tables.values import column_values


def table_of(folder, columns, delimiter=";", name="t.csv"):
    """Write columns as they are, each cell in quotes, and read them."""
    rows = [columns, *zip(*columns.values(), strict=True)]
    text = "".join(delimiter.join(f'"{cell}"' for cell in row) + "\n" for row in rows)
    (folder / name).write_text(text, encoding="utf-8")
    return read_table(folder / name)


def reading_of(folder, cells, delimiter=";", **choices):
    table = table_of(folder, {"a": cells, "b": ["x"] * len(cells)}, delimiter)
    given = Choices(
        **{key: (value,) if key in ("text", "number", "date", "boolean") else value for key, value in choices.items()}
    )
    return table, find_readings(table, table.columns, given)["a"]


def values_of(folder, cells, delimiter=";", **choices):
    table, reading = reading_of(folder, cells, delimiter, **choices)
    assert not reading.problem, reading.problem
    values = column_values(table, "a", reading.kind, reading.form)
    return reading.kind, values.codes.tolist() if isinstance(values, Words) else values.tolist()


NAN = float("nan")


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["1.5", "2", "-0.25"], [1.5, 2, -0.25]),
        (["1,5", "2", "-0,25"], [1.5, 2, -0.25]),
        (["1.299,99", "950", "12.450"], [1299.99, 950, 12450]),
        (["1,299.99", "950", "12,450"], [1299.99, 950, 12450]),
        (["1,299", "950", "12,450"], [1299, 950, 12450]),
        (["1,299", "0,5", "12,450"], [1.299, 0.5, 12.45]),
        (["1.299", "950", "12.450.000"], [1299, 950, 12450000]),
        (["1.299", "1234.567"], [1.299, 1234.567]),
        (["1 299,5", "950", "12\u202f450"], [1299.5, 950, 12450]),
        (["1'299.5", "950", "12\u2019450"], [1299.5, 950, 12450]),
        (["12,34,567", "950"], [1234567, 950]),
        (["$1,234.50", "-$3.25", "$0.10"], [1234.5, -3.25, 0.1]),
        (["(1.50)", "2.25", "3.00"], [-1.5, 2.25, 3]),
        (["1.234,56-", "12,50", "0,99-"], [-1234.56, 12.5, -0.99]),
        (["\u22121.5", "+2.5"], [-1.5, 2.5]),
        (["12.5%", "3 %", "0"], [12.5, 3, 0]),
        (["1.234,50 €", "3,25 €"], [1234.5, 3.25]),
        (["CHF 1'234.50", "CHF 3.25"], [1234.5, 3.25]),
        (["70 kg", "81.5 kg"], [70, 81.5]),
        (["1e5", "1.0", "1", "1.5E-3"], [1e5, 1, 1, 0.0015]),
        (["1.", ".5", "+3"], [1, 0.5, 3]),
        (["", "NA", "NaN", "<NA>", "?", "4"], [NAN, NAN, NAN, NAN, NAN, 4]),
        (["7:30", "23:59", ""], [27000, 86340, NAN]),
        (["0:05:10.5", "100:00:00"], [310.5, 360000]),
        (["1", "2", "unknown", "-", "#DIV/0!", "3"], [1, 2, NAN, NAN, NAN, 3]),
    ],
)
def test_numbers_in_the_dress_of_many_countries(cells, numbers, tmp_path):
    kind, values = values_of(tmp_path, cells)
    assert kind == "number"
    np.testing.assert_allclose(values, numbers, rtol=1e-15)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["1,299", "2,450"], ("two ways", "1299", "1.299", "--decimal")),
        (["1.299", "2.450", "12.450"], ("two ways", "1299", "1.299", "--decimal")),
        (["1,299", "12450"], ("two ways", "--decimal")),
        (["1.5", "1,5"], ("decimal points and decimal commas", "'1.5' and '1,5'")),
        (["12%", "0.12", "0.2"], ("'0.12' and '12%'", "--text")),
        (["5 kg", "300 g", "2 lb"], ("different signs", "--text")),
        (["$5", "€6"], ("different signs", "'$5' and '€6'", "--text")),
        (["1 299", "1.299.000"], ("different marks",)),
        (["01/02/2020", "03/04/2020"], ("2 ways", "'01/02/2020'", "--date-format dmy or --date-format mdy")),
        (["01/02/03", "03/04/05"], ("3 ways", "--date-format ymd")),
    ],
)
def test_what_can_be_read_in_two_ways_is_asked_about(cells, words, tmp_path):
    _, reading = reading_of(tmp_path, cells)
    for word in words:
        assert word in reading.problem, reading


def test_one_column_tells_the_format_of_the_others(tmp_path):
    table = table_of(tmp_path, {"a": ["1.299", "2.450"], "b": ["0,5", "1,25"], "c": ["1,299", "2,450"]})
    readings = find_readings(table, ["a", "c"])
    assert column_values(table, "a", "number", readings["a"].form).tolist() == [1299, 2450]
    assert column_values(table, "c", "number", readings["c"].form).tolist() == [1.299, 2.45]


@pytest.mark.parametrize(("decimal", "numbers"), [(".", [1.299, 2.45]), (",", [1299, 2450])])
def test_the_decimal_mark_can_be_given(decimal, numbers, tmp_path):
    assert values_of(tmp_path, ["1.299", "2.450"], decimal=decimal) == ("number", numbers)
    _, reading = reading_of(tmp_path, ["1.5", "2.5"], decimal=",")
    assert "no decimal mark , as --decimal says" in reading.problem


def day(*parts):
    return datetime.datetime(*parts, tzinfo=datetime.UTC).timestamp()


@pytest.mark.parametrize(
    ("cells", "seconds"),
    [
        (["2020-01-31", "2021-12-01"], [day(2020, 1, 31), day(2021, 12, 1)]),
        (["2012/01/01", "2012/1/2"], [day(2012, 1, 1), day(2012, 1, 2)]),
        (["31.01.2020", "01.12.2021"], [day(2020, 1, 31), day(2021, 12, 1)]),
        (["01/31/2020", "12/01/2021"], [day(2020, 1, 31), day(2021, 12, 1)]),
        (["31/01/20", "01/12/98"], [day(2020, 1, 31), day(1998, 12, 1)]),
        (["31 Jan 2020", "1 December 2021"], [day(2020, 1, 31), day(2021, 12, 1)]),
        (["Jan 31, 2020", "December 1, 2021"], [day(2020, 1, 31), day(2021, 12, 1)]),
        (["31-Jan-20", "01-Dec-98"], [day(2020, 1, 31), day(1998, 12, 1)]),
        (["Fri, 31 Jan 2020", "Wed, 01 Dec 2021"], [day(2020, 1, 31), day(2021, 12, 1)]),
        (
            [f"2013010{i}" for i in range(1, 10)] + ["20131231"],
            [*(day(2013, 1, i) for i in range(1, 10)), day(2013, 12, 31)],
        ),
        (["01.2020", "12.2021"], [day(2020, 1, 1), day(2021, 12, 1)]),
        (["2020-01", "2021-12"], [day(2020, 1, 1), day(2021, 12, 1)]),
        (["1/31/2020 1:05 PM", "12/1/2021 12:30:15 AM"], [day(2020, 1, 31, 13, 5), day(2021, 12, 1, 0, 30, 15)]),
        (["2020-01-31T10:30:00.5Z", "2021-12-01T00:00:00Z"], [day(2020, 1, 31, 10, 30) + 0.5, day(2021, 12, 1)]),
        # local time: what the clock on the wall says
        (["2020-01-31 10:30+01:00", "2020-07-31 10:30+02:00"], [day(2020, 1, 31, 10, 30), day(2020, 7, 31, 10, 30)]),
        (["2020-01-31 10:30 CET", "2020-07-31 10:30 CEST"], [day(2020, 1, 31, 10, 30), day(2020, 7, 31, 10, 30)]),
        (["31.01.2020", "", "NA", "unknown"], [day(2020, 1, 31), NAN, NAN, NAN]),
    ],
)
def test_dates_in_the_one_order_that_fits(cells, seconds, tmp_path):
    kind, values = values_of(tmp_path, cells)
    assert kind == "date"
    np.testing.assert_allclose(values, seconds, rtol=1e-12)


def test_many_iso_dates_are_read_as_few_are(tmp_path):
    few = ["2020-01-31", "", "2021-12-01 10:30:00", "1905-02-03T00:00:01.25"]
    (one, some), (two, many) = values_of(tmp_path, few), values_of(tmp_path, few * 20_000)
    assert one == two == "date"
    np.testing.assert_array_equal(many, some * 20_000)
    zoned = ["2020-01-31T10:00Z", "2021-12-01T10:00:00Z"]
    np.testing.assert_array_equal(values_of(tmp_path, zoned * 40_000)[1], values_of(tmp_path, zoned)[1] * 40_000)


def test_the_order_of_dates_can_be_given(tmp_path):
    cells = ["01/02/2020", "03/04/2020"]
    assert values_of(tmp_path, cells, date_format="dmy")[1] == [day(2020, 2, 1), day(2020, 4, 3)]
    assert values_of(tmp_path, cells, date_format="mdy")[1] == [day(2020, 1, 2), day(2020, 3, 4)]
    assert values_of(tmp_path, ["31012020", "01022020"], date_format="%d%m%Y", date="a")[1] == [
        day(2020, 1, 31),
        day(2020, 2, 1),
    ]


@pytest.mark.parametrize(
    "cells",
    [
        ["007", "012", "123"],
        ["1.2.3", "1.2.4"],
        ["192.168.1.7", "10.0.0.1"],
        ["555-1234", "555-9876"],
        ["s001", "s002"],
        ["yes", "f"],
        ["t", "no"],
        ["1st", "2nd"],
        ["7:30", "7:30:10"],
        ["7:30", "7:75"],
        ["31.02.2020", "30.02.2021"],
        ["10.3.2", "10.12.1", "10.4.11"],
        ["2010/11", "2015/16", "2019/20"],
        ["18-", "25-", "65-"],
        ["1", "2", "3", "A"],
    ],
)
def test_what_only_looks_like_numbers_dates_or_yes_and_no_is_words(cells, tmp_path):
    assert reading_of(tmp_path, cells)[1].kind == "text"


def test_a_column_of_nearly_all_numbers_is_numbers_and_the_rest_is_listed(tmp_path):
    cells = [str(i % 73 + 0.5) for i in range(600)]
    cells[7], cells[9], cells[11] = "broken", "-", "broken"
    table, reading = reading_of(tmp_path, cells)
    assert reading.kind == "number"
    assert "3 cells are no number and taken as missing: 'broken' (line 9), '-' (line 11)" in reading.warning
    assert np.isnan(column_values(table, "a", "number", reading.form)).sum() == 3
    # one in twenty is another matter, and said
    cells[::20] = ["broken"] * 30
    _, reading = reading_of(tmp_path, cells)
    assert reading.kind == "text"
    assert "94% of its cells are numbers; --number 'a'" in reading.warning
    kind, values = values_of(tmp_path, cells, number="a")
    assert kind == "number"
    assert np.isnan(values).sum() == 33


def test_none_is_a_word_where_it_may_be_one(tmp_path):
    frequent = ["beer", "None", "wine", "None"] * 30
    table, reading = reading_of(tmp_path, frequent)
    assert (column_values(table, "a", "text", reading.form).codes >= 0).all()
    assert "'None' in 60 rows is taken for a word like others; --missing None" in reading.warning
    beside_empty, reading = reading_of(tmp_path, ["beer", "None", "", "wine"])
    assert column_values(beside_empty, "a", "text", reading.form).codes.tolist().count(-1) == 1
    rare, reading = reading_of(tmp_path, ["beer", "None", "wine"])
    assert column_values(rare, "a", "text", reading.form).codes.tolist().count(-1) == 1
    assert not reading.warning
    table, reading = reading_of(tmp_path, frequent, missing=("None",))
    assert column_values(table, "a", "text", reading.form).codes.tolist().count(-1) == 60
    target = find_readings(rare, ["a"], target="a")["a"]
    assert "'None' in 1 rows is taken for a class" in target.warning


def test_words_for_nothing_can_be_numbers(tmp_path):
    kind, values = values_of(tmp_path, ["1", "-999.0", "3"], missing=("-999",))
    assert kind == "number"
    np.testing.assert_array_equal(values, [1, NAN, 3])


def test_a_typed_file_is_believed(tmp_path):
    import pyarrow
    import pyarrow.parquet

    columns = {
        "words": pyarrow.array(["001", "002", "002"]),
        "category": pyarrow.array([3, 4, 4]).dictionary_encode(),
        "took": pyarrow.array([datetime.timedelta(seconds=90), None, datetime.timedelta(0)]),
        "at": pyarrow.array([datetime.time(1, 0, 30), None, datetime.time(0)]),
        "when": pyarrow.array([day(2020, 7, 1, 10), None, 0.0])
        .cast(pyarrow.int64(), safe=False)
        .cast(pyarrow.timestamp("s", "Europe/Berlin")),
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), tmp_path / "t.parquet")
    table = read_table(tmp_path / "t.parquet")
    readings = find_readings(table, table.columns)
    assert [reading.kind for reading in readings.values()] == ["text", "text", "number", "number", "date"]
    values = {name: column_values(table, name, r.kind, r.form) for name, r in readings.items()}
    assert values["words"].words == ["001", "002"]
    assert values["category"].words == ["3", "4"]
    np.testing.assert_array_equal(values["took"], [90, NAN, 0])
    np.testing.assert_array_equal(values["at"], [3630, NAN, 0])
    # noon on Berlin's clocks in July
    np.testing.assert_array_equal(values["when"], [day(2020, 7, 1, 12), NAN, 3600])
    forced = find_readings(table, ["words"], Choices(number=("words",)))["words"]
    assert column_values(table, "words", "number", forced.form).tolist() == [1, 2, 2]


BODY = "".join(f"{i / 8};{'ab'[i % 2]};{i % 7}\n" for i in range(40))
PLAIN = f"x;w;y\n{BODY}"


@pytest.mark.parametrize(
    "text",
    [
        f"sep=;\n{PLAIN}",
        f"Report, of the year 2023\n\n{PLAIN}",
        f"Report of the year 2023;;\n;;\nx;w;y\n{BODY}",
        f"\n\n{PLAIN}",
        f"{PLAIN}97.5;Total;117\n",
        PLAIN.replace(";", "|"),
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
    ],
)
def test_files_as_spreadsheets_leave_them(text, tmp_path):
    (tmp_path / "t.csv").write_bytes(text.encode())
    (tmp_path / "plain.csv").write_text(PLAIN, encoding="utf-8")
    one, two = (look_at(read_table(tmp_path / name), TableSettings("y")) for name in ("t.csv", "plain.csv"))
    assert one.target.y.tolist() == two.target.y.tolist()
    for a, b in zip(one.columns, two.columns, strict=True):
        assert a.name == b.name
        assert str(a.values) == str(b.values) or a.values.words == b.values.words


def test_lines_of_errors_count_what_stands_before_the_heading(tmp_path):
    (tmp_path / "t.csv").write_text(f"sep=;\nReport\n\n{PLAIN}1;2\n", encoding="utf-8")
    with pytest.raises(bl.BacklitError, match="line 45: expected 3 cells"):
        read_table(tmp_path / "t.csv")


def test_a_totals_row_is_left_out_and_named(tmp_path):
    (tmp_path / "t.csv").write_text(f"{PLAIN}97.5;Total;117\n", encoding="utf-8")
    prospect = look_at(read_table(tmp_path / "t.csv"), TableSettings("y"))
    assert len(prospect.target.y) == 40
    assert "line 42: the last row says 'Total'" in warnings_of(prospect)[0]


def test_compressed_files_standard_input_and_what_is_no_table(tmp_path, monkeypatch):
    import io
    import zipfile

    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(PLAIN.encode()))
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("t.csv", PLAIN)
    for name in ("t.csv.gz", "t.zip"):
        table = read_table(tmp_path / name)
        assert table.n_rows == 40
        assert table.place(3).endswith(f"{name}, line 5")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(PLAIN.encode())))
    table = read_table("-")
    assert (table.source, table.n_rows) == ("standard input", 40)
    (tmp_path / "bad.csv.gz").write_bytes(gzip.compress(PLAIN.encode())[:60])
    with pytest.raises(bl.BacklitError, match="could not be unpacked"):
        read_table(tmp_path / "bad.csv.gz")


@pytest.mark.parametrize("heading", ["", "Unnamed: 0", "customer", "id"])
def test_row_numbers_in_any_order_are_left_out(heading, tmp_path):
    rng = np.random.default_rng(0)
    order = rng.permutation(90)
    rows = "".join(f"{i},{rng.normal():.3f},{'abc'[i // 30]}\n" for i in order)
    (tmp_path / "t.csv").write_text(f"{heading},x,y\n{rows}", encoding="utf-8")
    prospect = look_at(read_table(tmp_path / "t.csv"), TableSettings("y"))
    assert prospect.columns[0].values is None
    assert "--keep" in warnings_of(prospect)[0]
    kept = look_at(read_table(tmp_path / "t.csv"), TableSettings("y", keep=(prospect.columns[0].name,)))
    assert kept.columns[0].values is not None


def test_values_that_stand_for_nothing_and_far_ones_are_named(tmp_path):
    rng = np.random.default_rng(0)
    a, b = rng.normal(20, 3, 200).round(2), rng.normal(20, 3, 200).round(2)
    a[::20], b[5] = -999, 1e9
    rows = "".join(f"{x},{y},{'uv'[i % 2]}\n" for i, (x, y) in enumerate(zip(a, b, strict=True)))
    (tmp_path / "t.csv").write_text(f"a,b,kind\n{rows}", encoding="utf-8")
    told = warnings_of(look_at(read_table(tmp_path / "t.csv"), TableSettings("kind")))
    assert len(told) == 2
    assert "-999 stands in 10 rows" in told[0]
    assert "--missing -999" in told[0]
    assert "1000000000" in told[1]
    told = warnings_of(look_at(read_table(tmp_path / "t.csv"), TableSettings("kind", missing=("-999",))))
    assert len(told) == 1
    told = warnings_of(look_at(read_table(tmp_path / "t.csv"), TableSettings("b")))
    assert any("1000000000; as the target it rules the scale" in words for words in told)


def test_numbers_under_a_name_of_codes_say_what_they_were_taken_for(tmp_path):
    rows = "".join(f"{i % 30},{i / 7:.2f}\n" for i in range(90))
    (tmp_path / "t.csv").write_text(f"shop,y\n{rows}", encoding="utf-8")
    text = prospect_text(look_at(read_table(tmp_path / "t.csv"), TableSettings("y")))
    assert "--text 'shop' takes each number for a category" in text
    text = prospect_text(look_at(read_table(tmp_path / "t.csv"), TableSettings("y", text=("shop",))))
    assert "30 categories" in text


@pytest.fixture
def euros(tmp_path, monkeypatch):
    """A model of a table with decimal commas and money, in the folder where the test stands."""
    monkeypatch.chdir(tmp_path)
    rows = "".join(f"{1000 + 37 * i:,} €;{i},5;{i % 5}\n".replace(",", ".", 1) for i in range(60))
    (tmp_path / "t.csv").write_text(f"fee;rate;y\n{rows}", encoding="utf-8")
    result = backlit("train", "t.csv", "--target", "y", "--epochs", "2", "--out", "m.safetensors")
    assert result.status == 0, result.err
    assert "'€' taken off, decimal comma, thousands parted by points" in result.out
    return tmp_path


def predicted(*arguments):
    result = backlit("predict", "m.safetensors", *arguments)
    assert result.status == 0, result.err
    return result.out


def test_a_model_remembers_how_its_table_was_written(euros):
    (euros / "same.csv").write_text("fee;rate\n1.500 €;3,5\n2.100 €;4\n", encoding="utf-8")
    (euros / "bare.csv").write_text("fee;rate\n1500;3,5\n2100,0;4\n", encoding="utf-8")
    (euros / "points.csv").write_text("fee,rate\n1500,3.5\n2100,4\n", encoding="utf-8")
    expected = predicted("same.csv")
    assert predicted("bare.csv") == expected
    assert_refused(backlit("predict", "m.safetensors", "points.csv"), "decimal mark '.'", "'3.5'", "--decimal .")
    assert predicted("points.csv", "--decimal", ".") == expected
    (euros / "dollars.csv").write_text("fee;rate\n$1.500;3,5\n", encoding="utf-8")
    assert_refused(backlit("predict", "m.safetensors", "dollars.csv"), "line 2", "column 'fee'", "'$1.500'")


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        (["--decimal", ";"], ("decimal must be . or ,", "';'")),
        (["--date-format", "tuesday"], ("dmy", "%d/%m/%Y", "'tuesday'")),
        (["--number", "rate", "--text", "rate"], ("'rate'", "both --number and --text")),
        (["--number", "raet"], ("no column 'raet'", "--number", "did you mean 'rate'")),
        (["--boolean", "rate"], ("column 'rate'", "more than one pair")),
        (["--date", "rate"], ("column 'rate'", "no dates")),
    ],
)
def test_options_that_cannot_be_are_refused(options, parts, euros):
    result = backlit("train", "t.csv", "--target", "y", "--out", "n.safetensors", *options)
    assert_refused(result._replace(out=""), *parts)


@pytest.mark.filterwarnings("ignore:.*added no digest")
def test_models_of_before_are_read_as_they_were(euros):
    import json

    from backlit.tables.model_file import load_model

    (euros / "plain.csv").write_text("a;w;y\n" + "".join(f"{i},5;{'uv'[i % 2]};{i % 7}\n" for i in range(40)))
    backlit("train", "plain.csv", "--target", "y", "--epochs", "2", "--out", "new.safetensors")
    content = (euros / "new.safetensors").read_bytes()
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    described = json.loads(header["__metadata__"]["table"])
    del described["target_form"]
    for column in described["columns"]:
        column.pop("form")
        column.pop("bent", None)
    header["__metadata__"] |= {"format": "backlit/table/1", "table": json.dumps(described)}
    del header["__metadata__"]["digest"]
    packed = json.dumps(header).encode()
    (euros / "old.safetensors").write_bytes(len(packed).to_bytes(8, "little") + packed + content[8 + size :])
    with pytest.warns(UserWarning, match="added no digest"):
        assert [column.form for column in load_model("old.safetensors").columns] == [None, None]
    # nothing in this table is far enough to be bent
    old, new = (backlit("predict", f"{name}.safetensors", "plain.csv") for name in ("old", "new"))
    assert (old.status, old.out) == (0, new.out)
    explained = backlit("explain", "old.safetensors", "--data", "plain.csv", "--row", "3")
    assert explained.status == 0, explained.err
    broken = {"form": {"decimal": ";"}}, {"form": {"colour": "red"}}, {"form": {"missing": [1]}}, {"bent": "yes"}
    for change in broken:
        described["columns"][0] |= change
        header["__metadata__"]["table"] = json.dumps(described)
        packed = json.dumps(header).encode()
        (euros / "bad.safetensors").write_bytes(len(packed).to_bytes(8, "little") + packed + content[8 + size :])
        with pytest.raises(bl.BacklitError, match="damaged"):
            load_model("bad.safetensors")
        described["columns"][0].pop("form", None)


def test_one_cell_of_a_billion_ruins_nothing(tmp_path):
    from backlit.tables.fit import train_table
    from backlit.tables.model import predict_table

    rng = np.random.default_rng(0)
    a = rng.normal(0, 1, 300)
    y = 2 * a + rng.normal(0, 0.1, 300)
    cells = a.round(4).astype(object)
    cells[5] = "1e9"
    rows = "".join(f"{x},{v:.4f}\n" for x, v in zip(cells, y, strict=True))
    (tmp_path / "t.csv").write_text(f"a,y\n{rows}", encoding="utf-8")
    run = train_table(look_at(read_table(tmp_path / "t.csv"), TableSettings("y", epochs=60)))
    assert run.scores[1].network < 0.4
    (tmp_path / "n.csv").write_text("a\n1e12\n-1e12\n", encoding="utf-8")
    assert np.abs(predict_table(run.model, read_table(tmp_path / "n.csv")).values).max() < 100


def test_a_last_row_that_is_no_sum_is_not_called_one(tmp_path):
    (tmp_path / "t.csv").write_text(f"{PLAIN}2.4;Average;3\n", encoding="utf-8")
    prospect = look_at(read_table(tmp_path / "t.csv"), TableSettings("y"))
    assert "the last row says 'Average', as no other does, and is left out" in warnings_of(prospect)[0]
    assert "the sum" not in warnings_of(prospect)[0]


def test_comments_are_called_what_they_are(tmp_path):
    rows = [f"{i / 7:.2f},order {i} came late again,name {i},{i}\n" for i in range(60)]
    (tmp_path / "t.csv").write_text("x,comment,who,y\n" + "".join(rows), encoding="utf-8")
    prospect = look_at(read_table(tmp_path / "t.csv"), TableSettings("y", task="regression"))
    words = {column.name: column.words for column in prospect.columns}
    assert words["comment"] == "left out: it looks like text of several words, a different value in every row"
    assert words["who"].startswith("left out: it looks like an identifier")
    assert any("--keep 'comment' uses it" in warning for warning in warnings_of(prospect))
