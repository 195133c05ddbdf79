"""Twelve more situations of people with tables, of kinds that `tables_situations.py` has none of, which counts them.

Written as people ask about them in forums, and labelled, before the tables' code was tried on any of them. Race times
were silently wrong then, and count as "said" since the list of columns tells the unit; for the eleven others, as for
all situations, only a warning says.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import numpy as np
from tables_situations import LARGE, SHARE, Columns, N, Y, comma, csv_bytes, read_as, verdict

from backlit.tables.fit import look_at
from backlit.tables.read import read_table
from backlit.tables.settings import TableSettings

RNG = np.random.default_rng(16)
Outcomes = dict[str, tuple[str, str]]


def money() -> Outcomes:
    signed = [round(value * sign, 2) for value, sign in zip(LARGE, RNG.choice([1, -1], N), strict=True)]
    wanted = {"amount": signed, "share": SHARE, "y": Y}
    after = [comma(abs(v)) + ("-" if v < 0 else "") for v in signed]
    brackets = [f"({abs(v):,.2f})" if v < 0 else f"{v:,.2f}" for v in signed]
    values = [round(v * 1000, -4) for v in LARGE]
    short = [f"€{v / 1e6:g}M" if v >= 1e6 else f"€{v / 1e3:g}K" for v in values]
    return {
        "minus behind the number, as SAP writes it": verdict(
            csv_bytes({"amount": after, "share": [comma(v, 3) for v in SHARE], "y": [comma(v) for v in Y]}, ";"), wanted
        ),
        "brackets for what is owed": verdict(csv_bytes({"amount": brackets, "share": SHARE, "y": Y}), wanted),
        "€1.2M and €350K of players": verdict(
            csv_bytes({"value": short, "share": SHARE, "y": Y}), {"value": values, "share": SHARE, "y": Y}
        ),
    }


def words_with_digits() -> Outcomes:
    forms = {
        "age bands 25-34": ["18-24", "25-34", "35-44", "10-12", "65+"],
        "answers 1 - strongly disagree": ["1 - strongly disagree", "2 - disagree", "3 - neither", "4 - agree"],
        "ratings 3/5": ["1/5", "2/5", "3/5", "4/5", "5/5"],
        "seasons 2019/20": [f"20{k}/{k + 1}" for k in range(10, 22)],
        "versions 10.4.1": [f"10.{k}.{m}" for k in range(1, 13) for m in (1, 2)],
    }
    found = {}
    for name, words in forms.items():
        cells = RNG.choice(words, N).tolist()
        wanted = {"of": cells, "size": LARGE, "y": Y}
        found[name] = verdict(csv_bytes(wanted), wanted)
    return found


def measures() -> Outcomes:
    seconds = RNG.integers(150, 900, N).tolist()
    races = [f"{s // 60}:{s % 60:02}" for s in seconds]
    holes = RNG.random(N) < 0.2
    dotted = [str(v) if not hole else "." for v, hole in zip(LARGE, holes, strict=True)]
    with_holes = [None if hole else v for v, hole in zip(LARGE, holes, strict=True)]
    small = [value * 1e-5 for value in LARGE]
    powers = [f"{v:.6E}".replace(".", ",") for v in small]
    told = [float(cell.replace(",", ".")) for cell in powers]
    return {
        "race times 12:34": said_of(
            "time", 60, csv_bytes({"time": races, "size": LARGE, "y": Y}), {"time": seconds, "size": LARGE, "y": Y}
        ),
        "a point for what is missing, as SAS writes it": verdict(
            csv_bytes({"size": dotted, "share": SHARE, "y": Y}), {"size": with_holes, "share": SHARE, "y": Y}
        ),
        "powers of ten behind a decimal comma": verdict(
            csv_bytes({"dose": powers, "share": [comma(v, 3) for v in SHARE], "y": [comma(v) for v in Y]}, ";"),
            {"dose": told, "share": SHARE, "y": Y},
        ),
    }


def pasted() -> Outcomes:
    day = dt.date(2021, 3, 1)
    days = [(day + dt.timedelta(days=int(d))).isoformat() for d in RNG.integers(0, 300, N)]
    whole = csv_bytes({"day": days, "size": LARGE, "y": Y}).decode()
    heading, *lines = whole.splitlines()
    parts = [heading, *lines[:80], heading, *lines[80:160], heading, *lines[160:]]
    plain = csv_bytes({"day": days, "size": LARGE, "y": Y})
    return {
        # right: the lines of the heading are no rows; or they are named
        "exports pasted together, each with its heading": against(("\n".join(parts) + "\n").encode(), plain),
    }


def against(content: bytes, plain: bytes) -> tuple[str, str]:
    """How a file fares that should be read as another one."""
    return verdict(content, read_as(plain)[0])


def said_of(column: str, times: int, content: bytes, wanted: Columns) -> tuple[str, str]:
    """As ``verdict``; a column that is so many times as much is said where the list of columns tells the unit."""
    found = verdict(content, wanted)
    as_read = verdict(content, {**wanted, column: [value * times for value in wanted[column]]})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "t.csv")
        path.write_bytes(content)
        told = next(c.words for c in look_at(read_table(path), TableSettings("y")).columns if c.name == column)
    said = f"{times} times as much" in told and as_read[0] == "solved"
    return ("said", told) if found[0] == "WRONG" and said else found


def forum() -> Outcomes:
    """Return the outcome and the reason of each situation."""
    return {**money(), **words_with_digits(), **measures(), **pasted()}
