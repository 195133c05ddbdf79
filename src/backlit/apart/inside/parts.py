"""What is recorded of a value: a copy as an array of numbers, or the parts of a short list or dict."""

import types

import values

LONGEST_LIST, WIDEST = 2048, 24


def as_array(value):
    """Return a copy as an array of floats, or None for what is none."""
    numpy, kind = values._numpy, type(value)
    if kind is numpy.ndarray or isinstance(value, (numpy.ndarray, numpy.generic)):
        if value.dtype.kind == "O":
            try:
                value = numpy.array(value.tolist(), dtype="float64")
            except Exception:
                return None
        return numpy.array(value) if value.dtype.kind in "fiub" else None
    if kind in (float, int, bool):
        return numpy.array(value)
    if kind in (list, tuple) and 0 < len(value) <= LONGEST_LIST:
        return listed(value)
    return None


def listed(value):
    """Return a list of numbers, or of lists of as many numbers each, as an array."""
    first = value[0]
    numbers = (int, float, bool, values._numpy.generic)
    rows = isinstance(first, (list, tuple)) and first and isinstance(first[0], numbers)
    if not rows and not isinstance(first, numbers):
        return None
    try:
        array = values._numpy.array(value)
    except Exception:
        return None
    return array if array.dtype.kind in "fiub" else None


def parts_of(value):
    """Yield (what the name gets behind it, value) of the parts of a short list or dict."""
    if type(value) is dict and len(value) <= WIDEST:
        for key, part in list(value.items()):
            if type(key) in (str, int):
                yield f"[{key!r}]", part
    elif type(value) in (list, tuple) and len(value) <= WIDEST:
        for index, part in enumerate(value):
            yield f"[{index}]", part
    elif isinstance(value, tuple) and len(value) <= WIDEST:
        # a named tuple: its fields
        for field, part in zip(getattr(type(value), "_fields", ()), value, strict=False):
            yield f".{field}", part


class Call:
    """One call of a function that keeps arrays for those inside it: what they belong to; ``line`` is the function's."""

    def __init__(self, line):
        self.line = line


def calls_of(value):
    """Return the calls that a function, or a few of them, keeps arrays of."""
    if type(value) in (list, tuple, dict):
        held = list(value.values()) if type(value) is dict else value
        return [call for part in held[:WIDEST] for call in calls_of(part)] if all(map(callable, held)) else []
    cells = value.__closure__ or () if type(value) is types.FunctionType else ()
    return [cell.cell_contents for cell in cells if type(_content(cell)) is Call]


def _content(cell):
    try:
        return cell.cell_contents
    except ValueError:
        return None
