"""What each column of a table holds and how its cells are written, found from all cells of all columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from backlit.errors import BacklitError
from backlit.tables.arrays import is_text, pair_of, typed_kind
from backlit.tables.cell_form import MISSING, MISSING_NUMBERS, CellForm
from backlit.tables.date_forms import date_order, find_dates, read_dates
from backlit.tables.number_forms import (
    Marks,
    bare,
    chosen_form,
    clock_of,
    looks_like_numbers,
    read_numbers,
    truths,
    zero_led,
)
from backlit.tables.odd_cells import line_of_cell, odd_cells, read_as_words
from backlit.tables.seen import NEARLY_ALL, Choices, Seen, certain_decimals, looked_at
from backlit.tables.table import Table

__all__ = ["Choices", "Reading", "find_readings", "problem_of"]

UNIT = "; of minutes and seconds it would be 60 times as much"
FEW = 20


UNTOLD = Choices()
"""The user says nothing of the columns."""


@dataclass(frozen=True)
class Reading:
    """How a column is read. ``said``: what was done with its cells; ``problem``: why it cannot be read, or ""."""

    kind: str
    form: CellForm = field(default_factory=CellForm)
    said: str = ""
    warning: str = ""
    problem: str = ""


def find_readings(
    table: Table, names: Iterable[str], choices: Choices = UNTOLD, target: str | None = None
) -> dict[str, Reading]:
    """Return how to read each of the columns named; words of the target that may mean nothing are words.

    The other columns count for how numbers are written in the file.

    Nothing is raised for a column that cannot be read: it may not be wanted.
    """
    seen = {
        name: looked_at(column, choices)
        for name, column in table.columns.items()
        if is_text(column) and (table.csv is not None or choices.kind_of(name) not in (None, "text"))
    }
    delimiter = "," if table.csv is None else table.csv.delimiter
    forms = _number_forms({name: s.marks for name, s in seen.items() if s.marks is not None}, delimiter, choices)
    return {
        name: _of_text(table, name, seen[name], forms.get(name), choices, name == target)
        if name in seen
        else _of_type(table.columns[name], choices.kind_of(name), choices)
        for name in names
    }


def _of_type(column: Any, wanted: str | None, choices: Choices) -> Reading:
    kind = typed_kind(column)
    missing = ("",) if choices.missing is None else ("", *choices.missing)
    if wanted in (None, kind) or (wanted == "text" and kind not in ("other", "nothing")):
        return Reading(wanted or kind, CellForm(missing=missing, zone=_typed_zone(column)))
    of = column.dtype if isinstance(column, np.ndarray) else column.type
    return Reading(kind, problem=f"cannot be taken for {wanted}: its values are of type {of}")


def _typed_zone(column: Any) -> str:
    """The zone of moments that have one: UTC, or a place's, whose clocks count."""
    zone = getattr(getattr(column, "type", None), "tz", None)
    return "" if zone is None else "Z" if zone in ("UTC", "Etc/UTC", "+00:00") else "offset"


def _number_forms(marks: Mapping[str, Marks], delimiter: str, choices: Choices) -> dict[str, CellForm | str]:
    """Choose every column's marks: first by what is certain in the file, then by what that leads to."""
    of_file = frozenset[str]().union(*(certain_decimals(m) for m in marks.values()))
    forms = {name: chosen_form(m, of_file, delimiter, choices.decimal) for name, m in marks.items()}
    if not of_file:
        of_file = frozenset(form.decimal for form in forms.values() if isinstance(form, CellForm) and form.decimal)
        forms = {name: chosen_form(m, of_file, delimiter, choices.decimal) for name, m in marks.items()}
    return forms


def _of_text(
    table: Table, name: str, seen: Seen, form: CellForm | str | None, choices: Choices, is_target: bool
) -> Reading:
    wanted = choices.kind_of(name)
    if not len(seen.words):
        empty = table.columns[name].null_count == len(table.columns[name])
        return Reading("nothing" if wanted is None or empty else wanted, CellForm(missing=MISSING))
    if wanted == "text":
        return _words(table, name, seen, choices, is_target)
    if wanted == "number" or (wanted is None and not _dates_of_digits(seen)):
        found = _clock(seen, choices) or _numbers(table, name, seen, form, choices)
        if found is not None or wanted == "number":
            return found or Reading("number", problem="holds no numbers")
    if wanted in (None, "boolean"):
        pair = pair_of(seen.words, forced=wanted == "boolean")
        if pair or wanted == "boolean":
            missing = MISSING if choices.missing is None else (*MISSING, *choices.missing)
            problem = "" if pair else "holds more than one pair of words for yes and no"
            return Reading("boolean", CellForm(missing=missing), problem=problem)
    if not seen.mixed or wanted == "date":
        dates = _dates(table, name, seen, choices, wanted)
        if dates is not None:
            return dates
    return _words(table, name, seen, choices, is_target)


def _clock(seen: Seen, choices: Choices) -> Reading | None:
    clock = clock_of(seen.words)
    form = CellForm(clock=clock, missing=_missing(choices))
    return Reading("number", form, f"{clock} in seconds{UNIT if clock == 'h:m' else ''}") if clock else None


def _numbers(table: Table, name: str, seen: Seen, form: CellForm | str | None, choices: Choices) -> Reading | None:
    forced = name in choices.number
    if seen.mixed and not forced:
        return Reading("number", problem=f"{seen.mixed}; --text '{name}' takes them for words")
    if form is None or (not forced and zero_led(seen.words)):
        return None
    odd = _odd_words(seen, bare(seen.words, CellForm(before=seen.unit[0], after=seen.unit[1])))
    if not (forced or seen.share >= NEARLY_ALL or all(word in MISSING_NUMBERS for word in odd)):
        return None
    if isinstance(form, str):
        return Reading("number", problem=form)
    form = replace(form, before=seen.unit[0], after=seen.unit[1], missing=_missing(choices))
    _, bad = read_numbers(seen.words, form)
    bad_words = seen.words.filter(_mask(bad)).to_pylist()
    problem = "" if forced else _written_otherwise(name, seen, [word for word in bad_words if word not in odd])
    if problem:
        return Reading("number", problem=problem)
    warning = odd_cells(table, name, seen, bad, "number")
    return Reading("number", replace(form, missing=(*form.missing, *bad_words)), _said_number(form), warning)


def _written_otherwise(name: str, seen: Seen, strange: Sequence[str]) -> str:
    """A sentence's end where some of a column's numbers are written in another way than the others."""
    options = f"--text '{name}' takes all for words, --number '{name}' such cells as missing"
    if strange:
        return f"holds '{strange[0]:.30}' among numbers written otherwise; {options}"
    bare_in = _without_sign(seen) if any(seen.unit) else ""
    return f"{bare_in}; --text '{name}' takes them for words" if bare_in else ""


def _odd_words(seen: Seen, plain: Any) -> set[str]:
    words: list[str] = seen.words.filter(_mask(~looks_like_numbers(plain))).to_pylist()
    return set(words)


def _without_sign(seen: Seen) -> str:
    """A sentence's end where some numbers carry the column's sign and others do not."""
    form = CellForm()
    plain = seen.words.filter(_mask(looks_like_numbers(bare(seen.words, form))))
    cells = [cell for cell in plain.to_pylist() if cell.strip("0.,-+")]
    sign = seen.unit[0] or seen.unit[1]
    return f"holds numbers with and without '{sign}', such as '{cells[0]:.30}'" if cells else ""


def _missing(choices: Choices) -> tuple[str, ...]:
    return MISSING if choices.missing is None else tuple(dict.fromkeys((*MISSING, *choices.missing)))


def _mask(of: np.ndarray) -> Any:
    import pyarrow as arrow

    return arrow.array(of)


def _said_number(form: CellForm) -> str:
    said = [f"'{sign}' taken off" for sign in (form.before, form.after) if sign]
    said += ["decimal comma"] if form.decimal == "," else []
    names = {",": "commas", ".": "points", " ": "spaces", "'": "apostrophes"}
    said += [f"thousands parted by {names[form.thousands]}"] if form.thousands else []
    return ", ".join(said)


def _dates_of_digits(seen: Seen) -> bool:
    """Whether cells of digits alone are dates: 20130131 in all of at least ten, or 01.2013 in all."""
    import pyarrow as arrow

    def every(pattern: str) -> bool:
        return bool(arrow.compute.all(arrow.compute.match_substring_regex(seen.words, pattern)).as_py())

    if every(r"^(0[1-9]|1[0-2])[-/.](19|20)[0-9]{2}$"):
        return True
    if len(seen.words) < 10 or not every(r"^(1[89]|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$"):
        return False
    return find_dates(seen.words, seen.counts, None)[2] == 1.0


def _dates(table: Table, name: str, seen: Seen, choices: Choices, wanted: str | None) -> Reading | None:
    import pyarrow as arrow

    usual = arrow.compute.is_in(seen.words, value_set=arrow.array(MISSING_NUMBERS))
    likely = seen.words.filter(arrow.compute.invert(usual))
    if not len(likely):
        return None
    form, problem, share = find_dates(likely, seen.counts[~truths(usual)], choices.date_format)
    if share < NEARLY_ALL and wanted != "date":
        return None
    if not form.date:
        return Reading("date", problem="holds no dates that can be read; --date-format names their order")
    form = replace(form, missing=_missing(choices))
    if problem:
        return Reading("date", form, problem=problem)
    _, bad = read_dates(seen.words, form)
    warning = ""
    if form.zone == "offset" and bad.any():
        form, bad, warning = _without_offset(table, name, seen, form, bad)
    warning = " ".join(filter(None, (warning, odd_cells(table, name, seen, bad, "date"))))
    words = seen.words.filter(_mask(bad)).to_pylist()
    return Reading("date", replace(form, missing=(*form.missing, *words)), date_order(form), warning)


def _without_offset(
    table: Table, name: str, seen: Seen, form: CellForm, bad: np.ndarray
) -> tuple[CellForm, np.ndarray, str]:
    """Take cells that show no offset, in a column where others do, by their clock too, and say so."""
    by_clock = replace(form, zone="any")
    _, none = read_dates(seen.words, by_clock)
    freed = seen.words.filter(_mask(bad & ~none)).to_pylist()
    if not freed:
        return form, bad, ""
    n = int(seen.counts[bad & ~none].sum())
    return (
        by_clock,
        none,
        (
            f"column '{name}': {n:,} cells show no offset of their own, the first '{freed[0]:.30}' "
            f"({line_of_cell(table, name, freed[0])}); like the others they are taken by what their clock says."
        ),
    )


def _words(table: Table, name: str, seen: Seen, choices: Choices, is_target: bool) -> Reading:
    return Reading("text", *read_as_words(table, name, seen, choices, is_target))


def problem_of(table: Table, name: str, reading: Reading) -> BacklitError:
    """Return the error for a column that cannot be read."""
    return BacklitError(f"{table.source}: column '{name}' {reading.problem}")
