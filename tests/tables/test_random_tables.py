"""Random tables in random dress, compared with the same table written plainly: the same values, or a clear refusal."""

import csv
import datetime
import io
import os

import numpy as np

from backlit.errors import BacklitError
from backlit.tables.arrays import Words
from backlit.tables.fit import look_at
from backlit.tables.read import read_table
from backlit.tables.settings import TableSettings

N_TABLES = int(os.environ.get("BACKLIT_RANDOM_TABLES", "60"))
"""2,000 take two minutes: BACKLIT_RANDOM_TABLES=2000 pytest tests/tables/test_random_tables.py."""

ORDERS = ("%d{0}%m{0}%Y", "%m{0}%d{0}%Y", "%Y{0}%m{0}%d", "%d{0}%m{0}%y")
NOTHING = ("", "NA", "NaN", "<NA>")


def number_dress(rng, decimal):
    """A way to write numbers in a file of this decimal mark."""
    thousands = str(rng.choice(["", ",."[decimal == ","] if decimal == "." else ".", " ", "'"]))
    if thousands == decimal:
        thousands = "," if decimal == "." else "."
    before, after = [("", ""), ("$", ""), ("€ ", ""), ("", "%"), ("", " kg"), ("", "\u00a0€")][rng.integers(0, 6)]

    def dressed(text):
        whole, _, rest = text.lstrip("-").partition(".")
        if thousands:
            whole = f"{int(whole):,}".replace(",", thousands)
        sign = "-" if text.startswith("-") else ""
        return f"{sign}{before}{whole}{decimal + rest if rest else ''}{after}"

    return dressed


def column(rng, n, decimal):
    """The plain cells and the dressed cells of a column, and its kind."""
    kind = rng.choice(["number", "whole", "date", "text", "boolean"])
    if kind in ("number", "whole"):
        digits = int(rng.integers(1, 5)) if kind == "number" else 0
        values = rng.normal(0, 10.0 ** rng.integers(0, 6), n) if rng.random() < 0.7 else rng.uniform(0, 9, n)
        plain = [f"{v:.{digits}f}" for v in values]
        dressed = [number_dress(rng, decimal)] * n
        cells = [f(text) for f, text in zip(dressed, plain, strict=True)]
    elif kind == "date":
        span = int(rng.choice([20, 400, 9000]))
        days = [datetime.date(1990, 1, 1) + datetime.timedelta(int(d)) for d in rng.integers(0, span, n)]
        form = str(rng.choice(ORDERS)).format(rng.choice(["-", "/", "."]))
        plain, cells = [str(day) for day in days], [day.strftime(form) for day in days]
    elif kind == "text":
        words = rng.choice(["red", "green", "Köln, am Rhein", 'the "best"', "7a", "x;y"], n)
        plain, cells = words.tolist(), words.tolist()
    else:
        pair = [("yes", "no"), ("True", "False"), ("Y", "N")][rng.integers(0, 3)]
        plain = [("yes", "no")[i] for i in rng.integers(0, 2, n)]
        cells = [pair[word == "no"] for word in plain]
    if rng.random() < 0.3:
        nothing = str(rng.choice(NOTHING))
        for i in np.flatnonzero(rng.random(n) < 0.1):
            plain[i], cells[i] = "", nothing if kind != "text" else ""
    if rng.random() < 0.3:
        cells = [f" {cell} " for cell in cells]
    return plain, cells


def written(columns, delimiter, quoting, encoding, before=""):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return (before + text.getvalue()).encode(encoding)


def values_of(path, encoding="utf-8"):
    prospect = look_at(read_table(path, encoding=encoding), TableSettings("y"))
    found = {}
    for planned in prospect.columns:
        values = planned.values
        if isinstance(values, Words):
            values = [values.words[code] if code >= 0 else None for code in values.codes]
        found[planned.name] = (planned.kind, values)
    return found, prospect.target.y


def test_dress_does_not_change_a_table(tmp_path):
    outcomes = [outcome(seed, tmp_path) for seed in range(N_TABLES)]
    assert set(outcomes) <= {"the same", "refused", "none"}, outcomes
    # most are read, and not refused
    assert outcomes.count("the same") > 0.7 * N_TABLES, outcomes


def outcome(seed, tmp_path):
    rng = np.random.default_rng(seed)
    n, decimal = int(rng.integers(30, 90)), str(rng.choice([".", ","]))
    pairs = {f"c{i}": column(rng, n, decimal) for i in range(int(rng.integers(1, 5)))}
    target = [f"{v:.{rng.choice([0, 2, 3])}f}" for v in rng.normal(0, 100, n)]
    plain = {name: cells for name, (cells, _) in pairs.items()} | {"y": target}
    dress = number_dress(rng, decimal)
    dressed = {name: cells for name, (_, cells) in pairs.items()} | {"y": [dress(cell) for cell in target]}
    encoding = str(rng.choice(["utf-8", "utf-8-sig", "utf-16"]))
    delimiter = str(rng.choice([",", ";", "\t", "|"]))
    before = f"sep={delimiter}\n" if rng.random() < 0.2 else "A report\n\n" if rng.random() < 0.2 else ""
    quoting = csv.QUOTE_ALL if rng.random() < 0.5 else csv.QUOTE_MINIMAL
    (tmp_path / "plain.csv").write_bytes(written(plain, ",", csv.QUOTE_MINIMAL, "utf-8"))
    (tmp_path / "dressed.csv").write_bytes(written(dressed, delimiter, quoting, encoding, before))
    try:
        expected, y = values_of(tmp_path / "plain.csv")
    except BacklitError as error:
        # a table that cannot be read plainly: nothing to compare with
        return "none" if "--" in str(error) or "no column is left" in str(error) else f"{seed}: {error}"
    try:
        found, other = values_of(tmp_path / "dressed.csv", "utf-8" if encoding == "utf-8-sig" else encoding)
    except BacklitError as error:
        # a clear refusal names the option, and is right only where two readings fit
        option = "--decimal" in str(error) or "--date-format" in str(error)
        return "refused" if "ways" in str(error) and option else f"{seed}: {error}"
    np.testing.assert_allclose(other, y, rtol=1e-12, err_msg=f"seed {seed}")
    assert found.keys() == expected.keys()
    for name, (kind, values) in expected.items():
        assert found[name][0] == kind, (seed, name, found[name][0], kind, dressed[name][:5])
        if isinstance(values, list):
            assert found[name][1] == values, (seed, name)
        elif values is None:
            assert found[name][1] is None, (seed, name)
        else:
            np.testing.assert_allclose(found[name][1], values, rtol=1e-12, err_msg=f"{seed} {name} {dressed[name][:9]}")
    return "the same"
