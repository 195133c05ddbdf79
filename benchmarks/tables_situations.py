"""Tables as people have them: each solved, refused with the option that solves it, or silently wrong.

    python benchmarks/tables_situations.py

Each situation is a table in some dress beside the same table written plainly. **solved**: the same columns, kinds and
values as of the plain one, or what the situation's own test says; **refused**: nothing is trained, and the message says
what helps; **said**: used otherwise than wanted, with a warning that names the column, or, of race times, in a unit
that the list of columns tells; **WRONG**: none of these, which ends the command with status 1.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from arguments import given

from backlit.errors import BacklitError
from backlit.tables.arrays import Words
from backlit.tables.fit import look_at, train_table
from backlit.tables.model import TableModel, inputs_of_table, outputs_of
from backlit.tables.predictions_file import csv_text
from backlit.tables.read import read_table
from backlit.tables.report import warnings_of
from backlit.tables.settings import TableSettings

N = 240
Columns = Mapping[str, Any]
OPTIONS = ("--decimal", "--date-format", "--text", "--encoding", "save the sheet", "a name of its own")


def csv_bytes(
    columns: Columns, delimiter: str = ",", before: str = "", after: str = "", encoding: str = "utf-8"
) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return (before + out.getvalue() + after).encode(encoding)


def read_as(content: bytes, name: str = "t.csv", **settings: Any) -> tuple[dict[str, Any], list[str]]:
    """What is made of a file: by column its values, or None where it is left out; and the warnings."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        prospect = look_at(read_table(path), TableSettings("y", **settings))
    found = {column.name: None if column.values is None else plain(column.values) for column in prospect.columns}
    y: Any = prospect.target.y
    if prospect.target.classes:
        y = np.array(prospect.target.classes, object)[y]
    return {**found, "y": plain(y)}, warnings_of(prospect)


def plain(values: Any) -> list[Any]:
    if isinstance(values, Words):
        return [values.words[code] if code >= 0 else None for code in values.codes]
    return [None if isinstance(value, float) and math.isnan(value) else value for value in np.asarray(values).tolist()]


def same(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """The columns that differ."""
    names = [name for name in wanted if name not in found]
    for name in wanted.keys() & found.keys():
        one, two = found[name], wanted[name]
        if (one is None) != (two is None) or (one is not None and not alike(one, two)):
            names.append(name)
    return names


def alike(one: Sequence[Any], two: Sequence[Any]) -> bool:
    def equal(a: Any, b: Any) -> bool:
        if isinstance(a, float | int) and isinstance(b, float | int):
            return bool(abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1e-300))
        return bool(a == b)

    return len(one) == len(two) and all(map(equal, one, two))


def verdict(content: bytes, wanted: Columns, name: str = "t.csv", **settings: Any) -> tuple[str, str]:
    """How a file fares that should be read as ``wanted``; a column wanted as None should be left out."""
    try:
        found, warned = read_as(content, name, **settings)
    except BacklitError as error:
        return ("refused" if any(option in str(error) for option in OPTIONS) else "WRONG"), str(error)
    differing = same(found, wanted)
    unsaid = [column for column in differing if not any(f"'{column}'" in words for words in warned)]
    if not differing:
        return "solved", ""
    return ("WRONG" if unsaid else "said"), f"otherwise: {', '.join(differing)}; {' '.join(warned)}"


RNG = np.random.default_rng(0)
LARGE = RNG.lognormal(7.5, 0.8, N).round(2).tolist()
WHOLE = [round(value) for value in LARGE]
SHARE = RNG.uniform(0, 1, N).round(3).tolist()
Y = (0.4 * np.array(LARGE) * (1 + np.array(SHARE))).round(2).tolist()
FRUIT = RNG.choice(["Äpfel", "Birnen", "Kirschen"], N).tolist()
PLAIN = {"size": SHARE, "fruit": FRUIT, "y": Y}


def comma(value: float, digits: int = 2, thousands: str = ".") -> str:
    return f"{value:,.{digits}f}".replace(",", "\0").replace(".", ",").replace("\0", thousands)


def numbers() -> dict[str, tuple[str, str]]:
    shares = [comma(value, 3) for value in SHARE]
    wanted = {"size": LARGE, "share": SHARE, "y": Y}
    whole = {"size": WHOLE, "share": SHARE, "y": Y}

    def german(size: Sequence[str], y: Sequence[str]) -> bytes:
        return csv_bytes({"size": size, "share": shares, "y": y}, ";")

    return {
        "points as thousands": verdict(german([comma(v, 0) for v in WHOLE], [comma(v) for v in Y]), whole),
        "points and commas": verdict(german([comma(v) for v in LARGE], [comma(v) for v in Y]), wanted),
        "apostrophes": verdict(
            csv_bytes({"size": [f"{v:,.2f}".replace(",", "'") for v in LARGE], "share": SHARE, "y": Y}), wanted
        ),
        "1,234 alone in the file": verdict(
            csv_bytes({"size": [f"1,{i:03}" for i in range(N)], "y": [i % 97 for i in range(N)]}),
            {"size": [1000.0 + i for i in range(N)], "y": [i % 97 for i in range(N)]},
        ),
        "dollars": verdict(csv_bytes({"size": [f"${v:,.2f}" for v in LARGE], "y": Y}), {"size": LARGE, "y": Y}),
        "percent": verdict(csv_bytes({"size": [f"{v:.0f}%" for v in WHOLE], "y": Y}), {"size": WHOLE, "y": Y}),
        "a target in euros": verdict(
            csv_bytes({"size": [comma(v, 3) for v in SHARE], "y": [f"{comma(v)} €" for v in Y]}, ";"),
            {"size": SHARE, "y": Y},
        ),
        "percent beside shares": verdict(
            csv_bytes({"size": [f"{v}%" if i % 2 else v for i, v in enumerate(SHARE)], "y": Y}), {"size": SHARE, "y": Y}
        ),
    }


def odd_cells() -> dict[str, tuple[str, str]]:
    found = {}
    for mark in ("-", "unknown", "n.a.", "<NA>", "#DIV/0!", "na", ".", "about 5"):
        cells = [mark if i % 120 == 7 else value for i, value in enumerate(LARGE)]
        wanted = [None if i % 120 == 7 else value for i, value in enumerate(LARGE)]
        found[f"'{mark}' among numbers"] = verdict(csv_bytes({"size": cells, "y": Y}), {"size": wanted, "y": Y})
    codes = [f"{v:05}" for v in WHOLE]
    found["codes with leading zeros"] = verdict(
        csv_bytes({"plz": [c[:3] for c in codes], "size": LARGE, "y": Y}),
        {"plz": [c[:3] for c in codes], "size": LARGE},
    )
    grade = RNG.choice(["A", "NA", "None"], N).tolist()
    found["NA as a word of the target"] = verdict(csv_bytes({"size": LARGE, "y": grade}), {"size": LARGE, "y": grade})
    return found


def dates() -> dict[str, tuple[str, str]]:
    days = [dt.datetime(2023, 1, 1) + dt.timedelta(int(d)) for d in RNG.integers(0, 400, N)]
    seconds = [day.replace(tzinfo=dt.UTC).timestamp() for day in days]
    wanted = {"day": seconds, "size": LARGE, "y": Y}
    forms = ("%d.%m.%Y", "%m/%d/%Y", "%Y/%m/%d", "%Y%m%d", "%d %b %Y", "%d/%m/%y")
    found = {
        f"dates as {form}": verdict(csv_bytes({"day": [d.strftime(form) for d in days], "size": LARGE, "y": Y}), wanted)
        for form in forms
    }
    early = [dt.datetime(2023, 1 + i % 12, 1 + i % 11) for i in range(N)]
    both = [day.replace(tzinfo=dt.UTC).timestamp() for day in early]
    found["dates of two orders"] = verdict(
        csv_bytes({"day": [d.strftime("%d/%m/%Y") for d in early], "size": LARGE, "y": Y}),
        {"day": both, "size": LARGE, "y": Y},
    )
    hours = [dt.datetime(2023, 1 + i % 12, 1 + i % 28, i % 24) for i in range(N)]
    clock = [hour.replace(tzinfo=dt.UTC).timestamp() for hour in hours]
    wall = {"time": clock, "size": LARGE, "y": Y}
    offsets = [f"{h:%Y-%m-%d %H:%M}{'+02:00' if 3 < h.month < 11 else '+01:00'}" for h in hours]
    for name, cells in (
        ("offsets of summer and winter", offsets),
        ("a zone's letters", [f"{h:%Y-%m-%d %H:%M} CET" for h in hours]),
        ("some cells without offset", [cell if i % 50 else cell[:16] for i, cell in enumerate(offsets)]),
        ("12 hours and PM", [h.strftime("%m/%d/%Y %I:%M %p") for h in hours]),
    ):
        found[name] = verdict(csv_bytes({"time": cells, "size": LARGE, "y": Y}), wall)
    return found


def files() -> dict[str, tuple[str, str]]:
    body = csv_bytes(PLAIN, ";").decode()
    rows = body.partition("\n")[2]
    forms: dict[str, bytes] = {
        "sep=; first": f"sep=;\n{body}".encode(),
        "a title": f"Report of the year\n\n{body}".encode(),
        "a title with empty cells": f"Report of the year;;\n{body}".encode(),
        "a totals row": f"{body}{sum(SHARE):.3f};Total;{sum(Y):.2f}\n".encode(),
        "empty columns and rows": ("size;fruit;y;;\n" + rows.replace("\n", ";;\n") + ";;;;\n\n").encode(),
        "a BOM": body.encode("utf-8-sig"),
        "old Mac line ends": body.replace("\n", "\r").encode(),
        "UTF-16": body.encode("utf-16"),
        "Windows letters": body.encode("cp1252"),
        "a name twice": body.replace("fruit", "size", 1).encode(),
    }
    found = {name: verdict(content, PLAIN) for name, content in forms.items()}
    for name in ("UTF-16", "Windows letters"):
        encoding = "utf-16" if name == "UTF-16" else "cp1252"
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "t.csv").write_bytes(forms[name])
            prospect = look_at(read_table(Path(folder, "t.csv"), encoding=encoding), TableSettings("y"))
        found[f"{name}, with --encoding"] = (
            ("solved", "") if alike(plain(prospect.target.y), Y) else ("WRONG", "other values")
        )
    found["an Excel workbook"] = verdict(workbook(PLAIN), PLAIN, "t.xlsx")
    return found


def workbook(columns: Columns) -> bytes:
    """A workbook of one sheet where openpyxl is installed, else the first bytes of one."""
    try:
        import openpyxl
    except ImportError:
        return b"PK\x03\x04" + bytes(range(256)) * 20
    book = openpyxl.Workbook()
    for row in [tuple(columns), *zip(*columns.values(), strict=True)]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def identifiers() -> dict[str, tuple[str, str]]:
    order = RNG.permutation(N).tolist()
    wanted = {"size": LARGE, "y": Y}
    found = {}
    for name in ("", "Unnamed: 0", "customer", "record_id"):
        heading = name or "column 1"
        found[f"row numbers, shuffled, as '{name}'"] = verdict(
            csv_bytes({name: order, "size": LARGE, "y": Y}), {heading: None, **wanted}
        )
    return found


def typed() -> dict[str, tuple[str, str]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    shop = RNG.integers(1, 31, N)
    words = [f"{v:03}" for v in shop]
    forms = {
        "a category of text": (pa.array(words).dictionary_encode(), words),
        "a category of whole numbers": (pa.array(shop).dictionary_encode(), [str(v) for v in shop]),
        "text of digits": (pa.array(words), words),
        "durations": (pa.array([dt.timedelta(seconds=int(v)) for v in WHOLE]), [float(v) for v in WHOLE]),
        "times of the day": (
            pa.array([(dt.datetime(2020, 1, 1) + dt.timedelta(seconds=int(v))).time() for v in WHOLE]),
            [float(v) for v in WHOLE],
        ),
    }
    found = {}
    for name, (column, wanted) in forms.items():
        out = io.BytesIO()
        pq.write_table(pa.table({"shop": column, "size": pa.array(LARGE), "y": pa.array(Y)}), out)
        content = verdict(out.getvalue(), {"shop": wanted, "size": LARGE, "y": Y}, "t.parquet")
        found[f"Parquet: {name}"] = content
    return found


def predictions() -> dict[str, tuple[str, str]]:
    """Tables at prediction that are written in another way than training's."""
    grade = RNG.choice(["1", "2", "A"], N).tolist()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "train.csv")
        path.write_bytes(csv_bytes({"grade": grade, "size": LARGE, "y": [value + 1.7e9 for value in Y]}))
        model = train_table(look_at(read_table(path), TableSettings("y", epochs=1, hidden=(4,)))).model
    cells = {"grade": ["1", "2", "A"], "size": ["50.5", "1234.5", "2"]}
    wanted = inputs_after(model, csv_bytes(cells))
    forms = {
        "1.0 for the word 1": {**cells, "grade": ["1.0", "2.0", "A"]},
        "spaces around words": {**cells, "grade": [" 1", "2 ", "A"]},
        "thousands at prediction": {**cells, "size": ["50.5", "1,234.5", "2"]},
        "decimal commas at prediction": {**cells, "size": ["50,5", "1234,5", "2,0"]},
        "a word among numbers": {**cells, "size": ["50.5", "1234.5", "two"]},
        "infinity": {**cells, "size": ["50.5", "1234.5", "inf"]},
        "a column in capitals": {"Grade": cells["grade"], "size": cells["size"]},
    }
    found = {}
    for name, columns in forms.items():
        try:
            got = inputs_after(model, csv_bytes(columns))
            found[name] = ("solved", "") if np.array_equal(got, wanted) else ("WRONG", "other inputs")
        except BacklitError as error:
            said = any(part in str(error) for part in ("--decimal", "line ", "it has 'Grade'"))
            found[name] = ("refused" if said else "WRONG"), str(error)
    values = outputs_of(model, wanted)[:, 0]
    lines = csv_text({"y": values.tolist()}).splitlines()[1:]
    found["digits of large predictions"] = ("solved", "") if [*map(float, lines)] == values.tolist() else ("WRONG", "")
    return found


def inputs_after(model: TableModel, content: bytes) -> np.ndarray:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "new.csv").write_bytes(content)
        return inputs_of_table(model, read_table(Path(folder, "new.csv")))


def forum() -> dict[str, tuple[str, str]]:
    """Twelve more, in a file of their own, which takes from this one."""
    from tables_forum import forum as twelve

    return twelve()


GROUPS: dict[str, Callable[[], dict[str, tuple[str, str]]]] = {
    "Numbers": numbers,
    "Odd cells and words": odd_cells,
    "Dates": dates,
    "Files": files,
    "Identifiers": identifiers,
    "Types": typed,
    "Prediction": predictions,
    "Forum": forum,
}


def main() -> int:
    counts: Counter[str] = Counter()
    for title, group in GROUPS.items():
        print(title)
        for name, (outcome, why) in group().items():
            counts[outcome] += 1
            print(f"  {outcome:<8} {name}{f'  ({why:.150})' if outcome != 'solved' else ''}")
    print(f"\n{sum(counts.values())} situations: {', '.join(f'{n} {word}' for word, n in counts.most_common())}")
    return 1 if counts["WRONG"] else 0


if __name__ == "__main__":
    given(__doc__)
    sys.exit(main())
