"""How the cells of a text column are written: what a model remembers to read the same column of another file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

__all__ = [
    "MISSING",
    "MISSING_NUMBERS",
    "THOUSANDS",
    "WORDS_OR_NOTHING",
    "CellForm",
    "form_described",
    "form_from",
]

WORDS_OR_NOTHING = ("NA", "N/A", "n/a", "NULL", "null", "None")
"""Nothing, or a word: Namibia's code, no alcohol, a name. Nothing among numbers; among words it depends."""

MISSING = ("", "#N/A", "NaN", "nan", "-nan", "?", "<NA>", "NaT", *WORDS_OR_NOTHING)
"""What a cell says when it says nothing."""

ERRORS = ("#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!", "#N/A N/A")
MISSING_NUMBERS = (
    *MISSING,
    *ERRORS,
    "-",
    "--",
    "---",
    ".",
    "..",
    "na",
    "n.a.",
    "N.A.",
    "n.d.",
    "none",
    "NONE",
    "nil",
    "unknown",
    "Unknown",
    "UNKNOWN",
    "missing",
    "Missing",
    "not available",
    "n/k",
    "N/K",
)
"""What stands among numbers for a number that is not there; beyond MISSING it is said where it is met."""

THOUSANDS = ("", ",", ".", " ", "'")
"""What may part a number's groups of three digits; narrow and fixed spaces count as a space."""


@dataclass(frozen=True)
class CellForm:
    """How a column's cells are written.

    ``decimal``: the decimal mark, "" where no cell of the file showed one. ``thousands``: what parts groups of three
    digits, or "". ``before``, ``after``: a sign such as $ or % that every number carries. ``date``: the order of a
    date, such as "dmy", or a strptime format; "" for none. ``zone``: "" for moments without a time zone, "Z" for UTC,
    "offset" for local times with their offset, "name" for a zone's letters. ``clock``: "h:m" or "h:m:s" for times of
    the day and durations, which are numbers of seconds. ``missing``: words for nothing.
    """

    decimal: str = ""
    thousands: str = ""
    before: str = ""
    after: str = ""
    date: str = ""
    zone: str = ""
    clock: str = ""
    missing: tuple[str, ...] = MISSING


def form_described(form: CellForm) -> dict[str, Any]:
    """Return a form as plain values; what is as by default is left out."""
    values = {field.name: getattr(form, field.name) for field in fields(form)}
    plain = CellForm()
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value != getattr(plain, name)
    }


def form_from(given: Mapping[str, Any]) -> CellForm:
    """Return the form that plain values describe; raises ValueError for values that are none."""
    names = {field.name for field in fields(CellForm)}
    if not isinstance(given, Mapping) or not given.keys() <= names:
        raise ValueError(f"a form of cells {given!r:.40}")
    values: dict[str, Any] = {name: tuple(value) if name == "missing" else value for name, value in given.items()}
    words = [*values.get("missing", ()), *(value for name, value in values.items() if name != "missing")]
    if not all(isinstance(word, str) for word in words):
        raise ValueError(f"a form of cells {given!r:.40}")
    form = replace(CellForm(), **values)
    if form.clock not in ("", "h:m", "h:m:s"):
        raise ValueError(f"times written as {form.clock!r:.10}")
    if form.decimal not in ("", ".", ",") or form.thousands not in THOUSANDS:
        raise ValueError(f"marks of numbers {form.decimal!r:.10} and {form.thousands!r:.10}")
    return form
