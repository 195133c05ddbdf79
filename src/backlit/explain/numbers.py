"""How numbers are printed: to how many digits, and with which signs."""

import math

import numpy as np

from backlit.errors import BacklitError

__all__ = [
    "as_printed",
    "counted",
    "digits_checked",
    "digits_to_show",
    "factor",
    "format_number",
    "latex_number",
    "percent",
]

SMALL = 0.01
"""Below it the default prints one digit fewer: small numbers are read for their size."""

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def digits_checked(digits: int | None) -> int | None:
    """Return a number of significant digits from 1 to 17, or None for the default; else raise BacklitError."""
    if digits is not None and (isinstance(digits, bool) or not isinstance(digits, int) or not 1 <= digits <= 17):
        raise BacklitError(f"digits must be a whole number from 1 to 17, got {digits!r}")
    return digits


def _significant(value: float, digits: int | None) -> int:
    if digits is not None:
        return digits
    return 2 if abs(value) < SMALL else 3


def _decimals(value: float, digits: int | None) -> int:
    significant = _significant(value, digits)
    # the exponent after rounding: 0.0999 to two digits is 0.10
    exponent = int(f"{value:.{significant - 1}e}".partition("e")[2])
    return significant - 1 - exponent


def format_number(value: float, digits: int | None = None) -> str:
    """Print a number to ``digits`` significant digits; None is three, or two below 0.01. Whole parts stay whole.

    >>> [format_number(v) for v in (0.49500016, 0.0030455, 0.0301535, 0.00045683, -0.02, 1.0, 12345.6)]
    ['0.495', '0.003', '0.0302', '0.00046', '−0.02', '1', '12346']
    >>> format_number(0.003045501323732555, 6), format_number(1.5e-9), format_number(0.0)
    ('0.0030455', '1.5×10⁻⁹', '0')
    """
    plain = plain_number(value, digits)
    mantissa, e, exponent = plain.partition("e")
    power = f"×10{str(int(exponent)).translate(_SUPERSCRIPTS)}" if e else ""
    return mantissa.replace("-", "−") + power


def latex_number(value: float, digits: int | None = None) -> str:
    r"""Print a number for LaTeX's mathematics.

    >>> latex_number(-0.02), latex_number(1.5e-9)
    ('-0.02', '1.5 \\times 10^{-9}')
    """
    mantissa, e, exponent = plain_number(value, digits).partition("e")
    return mantissa + (rf" \times 10^{{{int(exponent)}}}" if e else "")


def plain_number(value: float, digits: int | None = None) -> str:
    """Print a number with ASCII signs, as Python reads it."""
    value = float(value)
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else str(value)
    if 1e-6 <= abs(value) < 1e15:
        return _trimmed(f"{value:.{max(0, _decimals(value, digits))}f}")
    mantissa, _, exponent = f"{value:.{_significant(value, digits) - 1}e}".partition("e")
    return f"{_trimmed(mantissa)}e{int(exponent)}"


def _trimmed(text: str) -> str:
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def digits_to_show(total: float, part: float, digits: int | None = None) -> int | None:
    """Return the significant digits of ``total`` that reach as far as those printed of ``part``.

    A new weight is printed so far that the small step which made it is seen.

    >>> format_number(0.40015227, digits_to_show(0.40015227, 0.00015227))
    '0.40015'
    """
    if total == 0 or part == 0 or not math.isfinite(total) or not math.isfinite(part):
        return digits
    significant = _decimals(part, digits) + 1 + math.floor(math.log10(abs(total)))
    return min(17, max(significant, _significant(total, digits)))


def as_printed(values: np.ndarray, digits: int | None = None) -> np.ndarray:
    """Round each value to what ``format_number`` prints, keeping shape and dtype.

    >>> as_printed(np.array([0.512372, 0.0030455])).tolist()
    [0.512, 0.003]
    """
    flat = [float(plain_number(v, digits)) for v in np.ravel(values)]
    return np.array(flat, dtype=values.dtype).reshape(np.shape(values))


def percent(share: float) -> str:
    """Print a share as a percentage.

    >>> percent(0.612).split(), percent(0.004).split()
    (['61', '%'], ['0.4', '%'])
    """
    if not math.isfinite(share):
        return "–"
    size = 100 * share
    return (
        f"{size:.1f}\N{NO-BREAK SPACE}%".replace("-", "−")
        if 0 < abs(size) < 0.995
        else f"{size:.0f}\N{NO-BREAK SPACE}%".replace("-", "−")
    )


def factor(value: float, digits: int | None = None) -> str:
    """Print a factor of shrinking or growing.

    >>> factor(0.0250), factor(3.2)
    ('×0.025', '×3.2')
    """
    return f"×{format_number(value, digits)}" if math.isfinite(value) else "–"


def counted(n: int, what: str) -> str:
    """Return a number of things in words.

    >>> counted(1, "unit"), counted(4, "unit")
    ('1 unit', '4 units')
    """
    return f"{n} {what}{'s' * (n != 1)}"
