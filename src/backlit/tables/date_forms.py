"""Dates as people write them: the one order of day, month and year that fits all cells of a column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from backlit.errors import BacklitError
from backlit.tables.cell_form import CellForm
from backlit.tables.number_forms import truths

__all__ = ["ORDERS", "date_order", "find_dates", "known_order", "read_dates"]

ORDERS = {"ymd": "year, month, day", "dmy": "day, month, year", "mdy": "month, day, year", "ydm": "year, day, month"}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LONG_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    "oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
WEEKDAY = r"(?i)^(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?[,.]? +"
SHAPE = (
    r"^(?P<a>[0-9]{1,4})(?:[-/.]| +|\. )(?P<b>[0-9]{1,2})(?:[-/.]|,? +|\. )(?P<c>[0-9]{1,4})"
    r"(?:[T ,]+(?P<H>[0-9]{1,2}):(?P<M>[0-9]{2})(?::(?P<S>[0-9]{2})(?P<f>[.,][0-9]+)?)?"
    r" ?(?P<p>[AaPp]\.?[Mm]\.?)?)? ?(?P<z>Z|[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2}|[A-Z]{3,5})?$"
)
SLICE = 1 << 16
"""Cells read at a time: their parts as text are larger than the cells."""

UTC = ("Z", "UTC", "GMT")


def known_order(given: str) -> str:
    """Return the order or strptime format that ``--date-format`` names, or raise BacklitError."""
    plain = given.strip().lower()
    if plain in ORDERS:
        return plain
    if "%" in given:
        return given
    raise BacklitError(
        f"a date format must be one of {', '.join(ORDERS)} (day, month and year in their order), or made of signs such "
        f"as %d/%m/%Y, got {given!r:.40}"
    )


def find_dates(cells: Any, counts: np.ndarray, wanted: str | None) -> tuple[CellForm, str, float]:
    """Return the form of a column of dates, a sentence's end where two orders fit it, and the share it fits.

    ``cells``: different ones, none missing. ``counts (n,)``: how often each is there.
    ``wanted``: an order or a strptime format, if the user named one.
    """
    if wanted is not None and not read_dates(cells, CellForm(date=wanted, zone="any"))[1].any():
        return CellForm(date=wanted, zone=_zone(cells)), "", 1.0
    parts = _parts(cells)
    if parts is None:
        return CellForm(), "", 0.0
    fits = {order: _fits(parts, order) for order in ORDERS}
    shares = {order: float(counts[fit].sum() / counts.sum()) for order, fit in fits.items()}
    best = max(shares.values())
    if not best:
        return CellForm(), "", 0.0
    orders = [order for order, share in shares.items() if share == best]
    if "ymd" in orders and "ydm" in orders:
        # no one writes the day after the year, unless the cells leave nothing else
        orders.remove("ydm")
    parts = {name: part[fits[orders[0]]] for name, part in parts.items()}
    cells = cells.filter(np.asarray(fits[orders[0]]))
    days = [_days(parts, order) for order in orders]
    same = all(np.array_equal(day, days[0]) for day in days[1:])
    problem = "" if same else _two_orders(cells, orders, days)
    return CellForm(date=orders[0], zone=_zone(cells)), problem, best


def _two_orders(cells: Any, orders: Sequence[str], days: Sequence[np.ndarray]) -> str:
    place = int(np.flatnonzero(days[0] != days[1])[0])
    read = " or ".join(str(np.datetime64(int(day[place]), "D")) for day in days)
    return (
        f"holds dates that can be read in {len(orders)} ways: '{cells[place].as_py():.30}' is {read}; say which by "
        f"--date-format {' or --date-format '.join(orders)}"
    )


def read_dates(cells: Any, form: CellForm) -> tuple[np.ndarray, np.ndarray]:
    """Return seconds since 1970 (n,), NaN where there is no date, and where a cell is there that is none.

    A local time is what its clock says. Where ``form.zone`` is "Z", other offsets are taken off; a cell with a time
    zone where the form has none, or without one where it has, is no date of this form. A zone of "any" takes all.
    """
    plain = _iso_moments(cells, form) if len(cells) > SLICE else None
    if plain is not None:
        return plain, np.zeros(len(cells), dtype=bool)
    if len(cells) > SLICE:
        slices = [read_dates(cells[start : start + SLICE], form) for start in range(0, len(cells), SLICE)]
        return np.concatenate([seconds for seconds, _ in slices]), np.concatenate([odd for _, odd in slices])
    absent = truths(cells.is_null())
    if "%" in form.date:
        seconds = _by_format(cells, form.date)
        return seconds, np.isnan(seconds) & ~absent
    parts = _parts(cells)
    if parts is None:
        return np.full(len(cells), np.nan), ~absent
    fits = _fits(parts, form.date)
    zone = parts["z"]
    if form.zone != "any":
        has = zone != ""
        fits &= has if form.zone in ("Z", "offset") else ~has if form.zone == "" else np.ones_like(has)
        if form.zone == "offset":
            fits &= ~np.isin(zone, UTC)
        elif form.zone == "Z":
            fits &= np.isin(zone, UTC) | np.char.startswith(zone, "+") | np.char.startswith(zone, "-")
    seconds = _days(parts, form.date) * 86400.0 + _clock(parts)
    if form.zone == "Z":
        seconds = seconds - _offsets(zone)
    return np.where(fits, seconds, np.nan), ~fits & ~absent


def _iso_moments(cells: Any, form: CellForm) -> np.ndarray | None:
    """Seconds of many ISO dates or moments, which Arrow reads quickly; None where a cell is written otherwise."""
    import pyarrow as arrow

    if form.date != "ymd" or form.zone not in ("", "Z"):
        return None
    try:
        stamps = arrow.compute.cast(cells, arrow.timestamp("us", "UTC" if form.zone else None))
    except (arrow.ArrowInvalid, arrow.ArrowNotImplementedError):
        return None
    return np.array(arrow.compute.cast(stamps, arrow.int64()).to_numpy(), dtype=np.float64) / 1e6


def date_order(form: CellForm) -> str:
    """Say how a column's dates are read."""
    order = ORDERS.get(form.date, form.date)
    zones = {"offset": "the local time that each shows", "Z": "in UTC", "name": "the time that each shows"}
    return f"{order}{f'; {zones[form.zone]}' if form.zone in zones else ''}"


def _zone(cells: Any) -> str:
    parts = _parts(cells)
    if parts is None:
        return ""
    found = set(parts["z"].tolist())
    if found <= {""}:
        return ""
    if found <= {*UTC, "+00:00", "+0000", "+00"}:
        return "Z"
    return "offset" if any(zone[:1] in "+-" for zone in found if zone) else "name"


def _parts(cells: Any) -> dict[str, np.ndarray] | None:
    """The parts of each cell as text (n,), "" where there are none; None where hardly a cell is a date."""
    from pyarrow import compute

    if compute.any(compute.match_substring_regex(cells, "[A-Za-z]{3}")).as_py():
        cells = _plain_months(cells)
    cells = compute.replace_substring_regex(cells, r"^([0-9]{4})([0-9]{2})([0-9]{2})(\b[^0-9].*)?$", r"\1-\2-\3\4")
    cells = compute.replace_substring_regex(cells, r"^([0-9]{4})[-/](0?[1-9]|1[0-2])$", r"\1-\2-01")
    cells = compute.replace_substring_regex(cells, r"^(0[1-9]|1[0-2])[-/.]((?:19|20)[0-9]{2})$", r"\2-\1-01")
    found = compute.extract_regex(cells, SHAPE)
    if hasattr(found, "combine_chunks"):
        found = found.combine_chunks()
    if hasattr(found, "chunks"):
        found = found.chunk(0)
    if found.null_count == len(found):
        return None
    names = [found.type.field(i).name for i in range(found.type.num_fields)]
    # a null of the whole is one of each part
    columns = {name: compute.fill_null(compute.struct_field(found, name), "") for name in names}
    return {name: np.asarray(column.to_numpy(zero_copy_only=False), dtype=str) for name, column in columns.items()}


def _plain_months(cells: Any) -> Any:
    """Names of months as numbers; 'Jan 31, 2020' as 2020-01-31, so that its order is certain."""
    from pyarrow import compute

    cells = compute.replace_substring_regex(cells, WEEKDAY, "")
    named = f"(?i)({LONG_MONTHS})"
    for pattern, plain in (
        (f"{named}\\.?[ -]+([0-9]{{1,2}})(?:st|nd|rd|th)?,?[ -]+([0-9]{{4}})\\b", r"\3-\1-\2"),
        (f"^([0-9]{{1,2}})(?:st|nd|rd|th)?\\.?[-/ .]+{named}\\.?,?[-/ .]+([0-9]{{4}})\\b", r"\3-\2-\1"),
        (f"^([0-9]{{1,2}})[-/ .]+{named}\\.?,?[-/ .]+([0-5][0-9]|6[0-8])\\b", r"20\3-\2-\1"),
        (f"^([0-9]{{1,2}})[-/ .]+{named}\\.?,?[-/ .]+(69|[7-9][0-9])\\b", r"19\3-\2-\1"),
        (f"^{named}\\.?[ -]+([0-9]{{4}})$", r"\2-\1-01"),
    ):
        cells = compute.replace_substring_regex(cells, pattern, plain)
    for number, month in enumerate(MONTHS, 1):
        cells = compute.replace_substring_regex(cells, f"(?i)-{month}[a-z]*-", f"-{number:02}-")
    return cells


def _fits(parts: dict[str, np.ndarray], order: str) -> np.ndarray:
    """Whether each cell is a day of the calendar and a time of the day in this order."""
    year, month, day = (parts["abc"[order.index(letter)]] for letter in "ymd")
    lengths = np.char.str_len(year)
    fits = np.isin(lengths, (2, 4)) & (np.char.str_len(month) <= 2) & (np.char.str_len(day) <= 2)
    # of a year of two digits in front all parts have two: 10.3.2 is a version
    shortest = np.where(lengths == 2, 2 if order[0] == "y" else 1, 1)
    fits &= (np.char.str_len(month) >= shortest) & (np.char.str_len(day) >= shortest)
    m, d = _ints(month), _ints(day)
    fits &= (m >= 1) & (m <= 12) & (d >= 1) & (d <= 31)
    starts = _months(year, np.clip(m, 1, 12))
    ends = (starts.astype("datetime64[D]") + (d - 1)).astype("datetime64[M]")
    fits &= ends == starts
    hours, half = _ints(parts["H"]), parts["p"] != ""
    fits &= np.where(half, (hours >= 1) & (hours <= 12), hours <= 23)
    return fits & (_ints(parts["M"]) <= 59) & (_ints(parts["S"]) <= 60)


def _days(parts: dict[str, np.ndarray], order: str) -> np.ndarray:
    year, month, day = (parts["abc"[order.index(letter)]] for letter in "ymd")
    starts = _months(year, np.clip(_ints(month), 1, 12)).astype("datetime64[D]")
    days: np.ndarray = (starts + (_ints(day) - 1)).astype(np.int64)
    return days


def _months(year: np.ndarray, month: np.ndarray) -> np.ndarray:
    """The first of each month; a year of two digits lies from 1969 to 2068, as in POSIX."""
    years = _ints(year)
    short = np.char.str_len(year) == 2
    years = np.where(short, years + np.where(years < 69, 2000, 1900), years)
    months: np.ndarray = ((years - 1970) * 12 + month - 1).astype("datetime64[M]")
    return months


def _clock(parts: dict[str, np.ndarray]) -> np.ndarray:
    hours, half = _ints(parts["H"]), np.char.lower(parts["p"])
    hours = np.where(half == "", hours, hours % 12 + 12 * np.char.startswith(half, "p"))
    fraction = np.where(parts["f"] == "", "0", np.char.replace(parts["f"], ",", ".")).astype(np.float64)
    seconds: np.ndarray = hours * 3600.0 + _ints(parts["M"]) * 60.0 + _ints(parts["S"]) + fraction
    return seconds


def _offsets(zone: np.ndarray) -> np.ndarray:
    """Offsets from UTC in seconds (n,)."""
    different, where = np.unique(zone, return_inverse=True)
    values = []
    for text in different.tolist():
        match = re.match(r"^([+-])(\d{2}):?(\d{2})?$", text)
        amount = int(match[2]) * 3600 + int(match[3] or 0) * 60 if match else 0
        values.append(-amount if match and match[1] == "-" else amount)
    return np.array(values, dtype=np.float64)[where]


def _ints(texts: np.ndarray) -> np.ndarray:
    return np.where(texts == "", "0", texts).astype(np.int64)


def _by_format(cells: Any, form: str) -> np.ndarray:
    """Seconds by a strptime format, each different cell read once; a local time is what its clock says."""
    import datetime

    def seconds(cell: str | None) -> float:
        if cell is None:
            return np.nan
        try:
            moment = datetime.datetime.strptime(cell, form).replace(tzinfo=datetime.UTC)
        except (ValueError, re.error):
            return np.nan
        return moment.timestamp()

    known: dict[str | None, float] = {}
    return np.array([known[c] if c in known else known.setdefault(c, seconds(c)) for c in cells.to_pylist()], float)
