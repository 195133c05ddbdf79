"""Signs that the numbers of a column share: currency, percent, a unit of measure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

__all__ = ["parted_by_unit", "shared_unit"]

CURRENCIES = """
USD EUR GBP CHF JPY CNY RMB INR AUD CAD NZD SEK NOK DKK PLN CZK HUF RON BGN RUB TRY BRL MXN ZAR KRW SGD HKD THB ILS
US$ R$ C$ A$ NZ$ HK$ S$ kr kr. zł Kč Ft Rs Rs. Fr. Fr SFr. lei лв Lt
"""
UNITS = """
% ‰ ° °C °F kg g mg t lb lbs oz km m cm mm mi ft in l L ml cl ha h min s ms d W kW MW Wh kWh MWh V A Hz kHz MHz GHz
KB MB GB TB mph km/h m/s bar hPa Pa kPa K J kJ cal kcal m2 m² m³ sqft px pt bpm mmHg ppm years yrs year
"""
CODES, MEASURES = frozenset(CURRENCIES.split()), frozenset(UNITS.split())
NUMBER = re.compile(
    r"^\(?\s*[-+\u2212]?\s*(?P<before>[^\d\s.,+\-\u2212()'][^\d,+\-\u2212()']*?)?\s*[-+\u2212]?"
    r"(?P<core>(?:[0-9]|[.,][0-9])(?:[0-9., '\u2019\u00a0\u202f\u2009]*[0-9])?[.,]?(?:[eE][+-]?[0-9]+)?)"
    r"\s*(?P<after>[^\d\s.,()+\-][^\d()]*?)?\s*\)?$"
)


def parted_by_unit(cell: str) -> tuple[str, str] | None:
    """Return the known signs before and after a number, ("", "") for a bare one, None for what is no number.

    >>> parted_by_unit("-$1,234.50"), parted_by_unit("12.5 %"), parted_by_unit("s001")
    (('$', ''), ('', '%'), None)
    """
    match = NUMBER.match(cell)
    if match is None:
        return None
    before, after = (match["before"] or "").strip(), (match["after"] or "").strip()
    if (before and not _is_currency(before)) or (after and not _is_currency(after) and after not in MEASURES):
        return None
    return before, after


def shared_unit(cells: Sequence[str]) -> tuple[tuple[str, str], str]:
    """Return the signs before and after that numbers among the cells carry, and a sentence's end where they differ.

    A bare 0 needs no sign. Cells that are no numbers are passed over.
    """
    signs = {cell: found for cell in cells if (found := parted_by_unit(cell)) is not None}
    counts = Counter(found for cell, found in signs.items() if found != ("", "") or cell.strip("0.,-") != "")
    if len(signs) < len(cells) / 2 or all(found == ("", "") for found in counts):
        return ("", ""), ""
    if len(counts) == 1:
        return next(iter(counts)), ""
    # a sign in one cell of a hundred is a cell that is odd, not a column of two kinds
    common = {found for found, n in counts.items() if n >= 0.01 * len(cells)}
    if len(common) == 1:
        return common.pop(), ""
    examples = [next(cell for cell, found in signs.items() if found == kind) for kind, _ in counts.most_common(2)]
    return ("", ""), f"holds numbers of different signs: '{examples[0]:.30}' and '{examples[1]:.30}'"


def _is_currency(sign: str) -> bool:
    return sign in CODES or (any(unicodedata.category(letter) == "Sc" for letter in sign) and len(sign) <= 4)
