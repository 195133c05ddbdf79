"""Numbers as people write them: decimal comma or point, thousands, currency and percent signs.

The marks are found from all cells of a file. A cell such as 1.5 or 1.234,50 can be read in one way only; 1.299 and
1,299 in two, and what the other cells say decides, or the user.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from backlit.tables.cell_form import CellForm

__all__ = ["Marks", "chosen_form", "clock_of", "looks_like_numbers", "marks_of", "read_numbers", "truths", "zero_led"]

SIGN = "[+-]?"
EXPONENT = "(?:[eE][+-]?[0-9]+)?"
OTHER = {".": ",", ",": "."}
CLOCKS = {"h:m": r"^[0-9]{1,4}:[0-5][0-9]$", "h:m:s": r"^[0-9]{1,4}:[0-5][0-9]:[0-5][0-9](\.[0-9]+)?$"}
INFINITE = "(?i:[+-]?inf(?:inity)?)"


def _grouped(mark: str) -> str:
    """Whole digits in groups of three; by commas also as in India, 12,34,567."""
    m = re.escape(mark)
    indian = f"|[1-9][0-9]?(?:{m}[0-9]{{2}})+{m}[0-9]{{3}}" if mark == "," else ""
    return f"(?:[1-9][0-9]{{0,2}}(?:{m}[0-9]{{3}})+{indian})"


def _pattern(decimal: str, thousands: str) -> str:
    """A number of these marks; "" for a decimal mark: none is there."""
    whole = f"(?:[0-9]+|{_grouped(thousands)})" if thousands else "[0-9]+"
    if not decimal:
        return f"{SIGN}{whole}{EXPONENT}"
    d = re.escape(decimal)
    return f"{SIGN}(?:{whole}(?:{d}[0-9]*)?|{d}[0-9]+){EXPONENT}"


ANY = "^(?:" + "|".join([*(_pattern(d, t) for d in ".," for t in (OTHER[d], " ", "'")), INFINITE]) + ")$"


@dataclass(frozen=True)
class Marks:
    """What a column's numbers say about their marks.

    ``decimals``, ``thousands``: marks that can be nothing else. ``unclear``: marks with one to three digits before
    and three after. ``small``, ``hundreds``, ``large``: whether there are numbers without a mark below 1000, among
    them above 99, and from 1000 on.
    """

    decimals: frozenset[str] = frozenset()
    thousands: frozenset[str] = frozenset()
    unclear: frozenset[str] = frozenset()
    small: bool = False
    hundreds: bool = False
    large: bool = False
    examples: dict[str, str] = field(default_factory=dict)


def _compute() -> Any:
    import pyarrow.compute

    return pyarrow.compute


def bare(cells: Any, form: CellForm) -> Any:
    """Return cells without their sign of currency or percent, with plain minus signs, spaces and apostrophes."""
    compute = _compute()
    if not form.before and not form.after and not _has(cells, "[^0-9.,eE+-]|-$"):
        return cells
    for pattern, plain in (
        ("[\u2212\u2013]([0-9.,])", r"-\1"),
        ("[\u00a0\u202f\u2009]", " "),
        ("[\u2019`\u00b4]", "'"),
    ):
        cells = compute.replace_substring_regex(cells, pattern, plain)
    if form.before:
        unit = re.escape(form.before)
        cells = compute.replace_substring_regex(cells, rf"^(\(?[+\-\x{{2212}}]?) *{unit} *", r"\1")
    if form.after:
        unit = re.escape(form.after)
        cells = compute.replace_substring_regex(cells, rf" *{unit} *(\)?)$", r"\1")
    # as accountants write, (1.50) is below nothing, and so is 1.50- in SAP
    cells = compute.replace_substring_regex(cells, r"^\(([0-9][0-9., ']*)\)$", r"-\1")
    return compute.replace_substring_regex(cells, r"^([0-9][0-9., ']*[.,][0-9]{2,3})-$", r"-\1")


def _has(cells: Any, pattern: str) -> bool:
    return bool(_compute().any(_compute().match_substring_regex(cells, pattern)).as_py())


def looks_like_numbers(cells: Any) -> np.ndarray:
    """Return whether each cell (n,), bare, is a number in some way of writing; False where it is missing."""
    matched = _compute().match_substring_regex(cells, ANY)
    return truths(matched)


def truths(column: Any) -> np.ndarray:
    """Return an Arrow column of true and false as an array (n,), false where it is missing."""
    filled = _compute().fill_null(column, False)
    return np.asarray(filled.to_numpy() if hasattr(filled, "chunks") else filled.to_numpy(zero_copy_only=False), bool)


def zero_led(cells: Any) -> bool:
    """Whether a whole number begins with a zero, as codes do, and no cell has a mark."""
    return _has(cells, "^0[0-9]+$") and not _has(cells, "[.,]")


def marks_of(cells: Any) -> Marks:
    """Return what the bare numbers among cells say about their marks."""
    compute = _compute()
    decimals, thousands, unclear = set(), set(), set()
    examples: dict[str, str] = {}

    def met(kind: str, mark: str, pattern: str) -> bool:
        place = compute.index(compute.match_substring_regex(cells, f"^{SIGN}(?:{pattern})$"), True).as_py()
        if place >= 0:
            examples.setdefault(f"{kind}{mark}", cells[place].as_py())
        return bool(place >= 0)

    if _has(cells, "[.,' ]"):
        for mark in ".,":
            m = re.escape(mark)
            if met("decimal", mark, _certain_decimal(mark)):
                decimals.add(mark)
            if met("unclear", mark, f"[1-9][0-9]{{0,2}}{m}[0-9]{{3}}"):
                unclear.add(mark)
            if met(
                "thousands",
                mark,
                f"[1-9][0-9]{{0,2}}(?:{m}[0-9]{{2,3}})+{m}[0-9]{{3}}|{_grouped(mark)}{re.escape(OTHER[mark])}[0-9]*",
            ):
                thousands.add(mark)
        thousands |= {mark for mark in "' " if met("thousands", mark, f"{_grouped(mark)}(?:[.,][0-9]*)?")}
    small, hundreds, large = (_has(cells, f"^{SIGN}{p}$") for p in ("[0-9]{1,3}", "[1-9][0-9]{2}", "[1-9][0-9]{3,}"))
    return Marks(frozenset(decimals), frozenset(thousands), frozenset(unclear), small, hundreds, large, examples)


def _certain_decimal(mark: str) -> str:
    """Numbers in which a mark can part no thousands: 1.5, 0.125, 1234.567, 1,299.00, 1.250e3."""
    m, groups = re.escape(mark), "|".join(_grouped(other) for other in (OTHER[mark], " ", "'"))
    long_before, long_after = f"(?:[0-9]{{4,}}|0[0-9]*|){m}[0-9]+", f"[0-9]+{m}(?:[0-9]{{0,2}}|[0-9]{{4,}})"
    return f"{long_before}|{long_after}|[0-9]+{m}[0-9]*[eE][+-]?[0-9]+|(?:{groups}){m}[0-9]*"


def chosen_form(marks: Marks, of_file: frozenset[str], delimiter: str, decimal: str | None) -> CellForm | str:
    """Return the marks of a column's numbers, or a sentence's end that says why they cannot be told.

    ``of_file``: the decimal marks that other columns' cells make certain. ``decimal``: what the user says it is.
    """
    groups = marks.thousands
    if decimal is None:
        found = _decimal(marks, of_file, delimiter)
        if len(found) > 1:
            return found
        decimal = found
    elif marks.decimals - {decimal} or decimal in groups:
        wrong = next(iter(marks.decimals - {decimal}), None)
        cell = marks.examples[f"decimal{wrong}" if wrong else f"thousands{decimal}"]
        return f"holds '{cell:.30}', which has no decimal mark {decimal} as --decimal says"
    groups = groups | (marks.unclear - {decimal})
    if len(groups) > 1:
        return f"parts thousands by different marks: {' and '.join(sorted(map(repr, groups)))}"
    return CellForm(decimal, next(iter(groups), ""))


def _decimal(marks: Marks, of_file: frozenset[str], delimiter: str) -> str:
    """The decimal mark, "" where no cell of the file has one, or a sentence's end."""
    certain = marks.decimals | {OTHER[mark] for mark in marks.thousands if mark in OTHER}
    if len(certain) > 1:
        cells = [
            marks.examples[key]
            for mark in ".,"
            for key in (f"decimal{mark}", f"thousands{OTHER[mark]}")
            if key in marks.examples
        ]
        return f"has decimal points and decimal commas: {' and '.join(repr(cell) for cell in cells[:2])}"
    if certain:
        return next(iter(certain))
    if not marks.unclear or len(of_file) == 1:
        return next(iter(of_file)) if len(of_file) == 1 else ""
    mark = next(iter(marks.unclear))
    # beside 950, 1,299 is a thousand; in a file parted by commas a point is asked about all the same
    thousand = marks.small and not marks.large and (mark == "," or (marks.hundreds and delimiter != ","))
    if thousand and len(marks.unclear) == 1:
        return OTHER[mark]
    cell = marks.examples[f"unclear{mark}"]
    return (
        f"can be read in two ways: '{cell:.30}' is {cell.replace(mark, '')} where '{mark}' parts thousands, and "
        f"{cell.replace(mark, '.')} where it is the decimal mark; say which by --decimal . or --decimal ,"
    )


def clock_of(cells: Any) -> str:
    """Return how times of the day and durations are written, all alike: "h:m", "h:m:s", or "" for none."""
    every = (name for name, shape in CLOCKS.items() if not _has_other(cells, shape))
    return next(every, "")


def _has_other(cells: Any, shape: str) -> bool:
    return not bool(_compute().all(_compute().match_substring_regex(cells, shape)).as_py())


def _read_clock(cells: Any, form: CellForm) -> tuple[np.ndarray, np.ndarray]:
    """Seconds (n,) of times such as 7:30 and 0:05:10.5, and where a cell is there that is none."""
    seconds, odd = np.full(len(cells), np.nan), np.zeros(len(cells), dtype=bool)
    shape = re.compile(CLOCKS[form.clock])
    for i, cell in enumerate(cells.to_pylist()):
        if cell is None:
            continue
        if shape.match(cell) is None:
            odd[i] = True
            continue
        hours, minutes, *rest = cell.split(":")
        seconds[i] = int(hours) * 3600 + int(minutes) * 60 + (float(rest[0]) if rest else 0.0)
    return seconds, odd


def read_numbers(cells: Any, form: CellForm) -> tuple[np.ndarray, np.ndarray]:
    """Return floats (n,), NaN where there is none, and where a cell is there that is no number of this form."""
    import pyarrow as arrow

    if form.clock:
        return _read_clock(cells, form)

    compute = _compute()
    cells = bare(cells, form)
    absent = truths(cells.is_null())
    valid = f"^(?:{_pattern(form.decimal, form.thousands)}|{INFINITE})$"
    fits = truths(compute.match_substring_regex(cells, valid))
    if form.thousands:
        cells = compute.replace_substring(cells, form.thousands, "")
    if form.decimal == ",":
        cells = compute.replace_substring(cells, ",", ".")
    if not fits.all():
        cells = compute.if_else(arrow.array(fits), cells, arrow.scalar(None, arrow.string()))
    # Arrow reads no sign of plus and no point at the end
    cells = compute.replace_substring_regex(cells, r"^\+", "") if _has(cells, r"^\+") else cells
    cast = compute.cast(cells, arrow.float64(), safe=False)
    values = np.array(cast.to_numpy() if hasattr(cast, "chunks") else cast.to_numpy(zero_copy_only=False), np.float64)
    return values, ~fits & ~absent
