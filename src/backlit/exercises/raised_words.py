"""An exception in a learner's file in words: what happened, in which line, and what to look at. No traceback."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from backlit.errors import nearest

__all__ = ["Explained", "explained", "line_words", "remark_words"]

BROADCAST = re.compile(r"could not be broadcast together with (?:remapped )?shapes (\([^)]*\)) (\([^)]*\))")
MATMUL = re.compile(r"size (\d+) is different from (\d+)")
NO_NUMBERS = ("str", "bytes", "dict", "set", "function", "builtin_function_or_method", "method", "type")
CODING = re.compile(
    r"(?:unknown encoding|encoding problem):? ?(\S{1,40})?|'(?!utf-8')([\w-]{1,40})' (?:codec|is not a text encoding)"
)
DOT = re.compile(r"shapes (\([^)]*\)) and (\([^)]*\)) not aligned")


class Explained(NamedTuple):
    """The words of an exception; ``column_needed`` says that it is the trap of two vectors of different lengths."""

    text: str
    column_needed: bool = False
    shapes: tuple[str, str] = ("", "")


def explained(facts: Mapping[str, Any], names: Sequence[str] = ()) -> Explained:
    """Return the words for the facts of an exception (see ``apart/inside/raised.py``)."""
    kind, message = str(facts.get("type", "")), str(facts.get("message", ""))
    bases = [str(base) for base in facts.get("bases") or []]
    what = Explained("")
    for base in [kind, *bases]:
        if base in WORDS:
            what = WORDS[base](facts, message, names)
            break
    if not what.text:
        what = what._replace(text=f"{kind}: {message}" if message else f"{kind} was raised")
    return what._replace(text=f"{line_words(facts)}{what.text}")


def line_words(facts: Mapping[str, Any]) -> str:
    """Return ``line 12, `x * y`: ``, or nothing where no line is known."""
    line, text = facts.get("line"), str(facts.get("text") or "")
    if not isinstance(line, int) or line < 1:
        return ""
    return f"line {line}, `{text}`: " if text else f"line {line}: "


def remark_words(remark: Mapping[str, Any]) -> str:
    """Return a NumPy warning in words."""
    message, line = str(remark.get("message", "")), remark.get("line")
    where = f"Line {line}" if isinstance(line, int) else "Somewhere"
    if "overflow" in message:
        return f"{where}: a number grew too large for a float ({message}); what comes of it is inf or nan."
    if "divide by zero" in message:
        return f"{where}: a division by zero ({message}); what comes of it is inf or nan."
    if "invalid value" in message:
        return f"{where}: a value that is no number, nan, arose ({message})."
    return f"{where}: {message}." if message else f"{where}: a warning."


def _operands(facts: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return (source, kind, shape) of the operands of what failed."""
    found = []
    for row in facts.get("operands") or []:
        shape = row.get("shape")
        found.append((str(row.get("source", "")), str(row.get("kind", "")), "" if shape is None else _tuple(shape)))
    return found


def _tuple(shape: Sequence[Any]) -> str:
    return str(tuple(shape))


def _value_error(facts: Mapping[str, Any], message: str, names: Sequence[str]) -> Explained:
    broadcast = BROADCAST.search(message)
    if broadcast:
        return _mismatch(facts, broadcast[1], broadcast[2])
    if MATMUL.search(message) or DOT.search(message):
        return Explained(_matmul(facts, message))
    nones = [source for source, kind, _ in _operands(facts) if kind == "NoneType"]
    if nones:
        return Explained(_still_none(nones[0]))
    return Explained(next((words for part, words in VALUE_WORDS.items() if part in message), ""))


VALUE_WORDS = {
    "not have enough dimensions": "a matrix product needs arrays on both sides; a single number is multiplied by *",
    "inhomogeneous": "the rows of this array have different lengths; NumPy wants all rows alike",
    "truth value of an array": "an array of several values is neither true nor false; compare entry by entry, or use "
    ".all()",
    "null bytes": "the file holds null bytes; it is no text file (saved as UTF-16?)",
}


def _mismatch(facts: Mapping[str, Any], left: str, right: str) -> Explained:
    operands = [row for row in _operands(facts) if row[2]]
    known = len(operands) == 2 and {operands[0][2], operands[1][2]} == {_spaced(left), _spaced(right)}
    if known:
        left, right = operands[0][2], operands[1][2]
        shapes = f"`{operands[0][0]}` has shape {left} and `{operands[1][0]}` has shape {right}"
    else:
        left, right = _spaced(left), _spaced(right)
        shapes = f"the shapes are {left} and {right}"
    vectors = re.fullmatch(r"\((\d+),\)", left), re.fullmatch(r"\((\d+),\)", right)
    # what is added or subtracted is no outer product
    if not all(vectors) or facts.get("operator") in ("Add", "Sub"):
        rule = "two sizes of an axis fit if they are equal or one is 1, counted from the last axis"
        return Explained(f"{shapes}, which do not fit element by element: {rule}", shapes=(left, right))
    sizes = [int(vector[1]) for vector in vectors if vector]
    # the rows of what is wanted say which of the two is the column
    second = (sizes[0], sizes[1]) not in (facts.get("wanted") or [])
    n, m = sizes if second else reversed(sizes)
    source = operands[second][0] if known else "x"
    column = f"`{source}[:, None]`" if source.isidentifier() or "." in source else f"`({source})[:, None]`"
    which = f"the {'second' if second else 'first'}"
    text = (
        f"{shapes}, so they cannot be multiplied element by element. With {column} {which} is a column, "
        f"({m}, 1), and against ({n},) every pair is made: a ({m}, {n}) matrix"
    )
    return Explained(text, column_needed=True, shapes=(f"({n},)", f"({m},)"))


def _spaced(shape: str) -> str:
    """NumPy writes (3,2), Python (3, 2).

    >>> _spaced("(3,2)"), _spaced("(3,)")
    ('(3, 2)', '(3,)')
    """
    return re.sub(r",(?=\d)", ", ", shape)


def _matmul(facts: Mapping[str, Any], message: str) -> str:
    operands = [row for row in _operands(facts) if row[2]]
    rule = "in a matrix product the last axis of the first must be as long as the first axis of the second"
    if len(operands) == 2:
        (a, _, left), (b, _, right) = operands
        return f"`{a}` has shape {left} and `{b}` has shape {right}; {rule} (is a .T missing, or one too many?)"
    aligned = DOT.search(message)
    if aligned:
        return f"the shapes are {_spaced(aligned[1])} and {_spaced(aligned[2])}; {rule}"
    sizes = MATMUL.search(message)
    return f"the sizes {sizes[2]} and {sizes[1]} meet; {rule}" if sizes else rule


def _type_error(facts: Mapping[str, Any], message: str, names: Sequence[str]) -> Explained:
    if "NoneType" not in message:
        if "not callable" in message:
            return Explained(f"{message}; is a * missing before the parenthesis?")
        if re.search(r"positional argument|keyword argument", message):
            ours = "; the exercise calls it with the starter's parameters" if facts.get("line") is None else ""
            return Explained(message + ours)
        odd = [(source, kind) for source, kind, shape in _operands(facts) if kind in NO_NUMBERS]
        return Explained(f"`{odd[0][0]}` is a {odd[0][1]}, and no number or array" if odd else "")
    nones = [source for source, kind, _ in _operands(facts) if kind == "NoneType"]
    return Explained(_still_none(nones[0] if nones else ""))


def _still_none(source: str) -> str:
    what = f"`{source}`" if source else "something here"
    return f"{what} is still None: give it a value first, or return one from the function it comes from"


def _name_error(facts: Mapping[str, Any], message: str, names: Sequence[str]) -> Explained:
    name = message.split("'")[1] if message.count("'") >= 2 else ""
    near = nearest(name, [n for n in names if n != name]) if name else None
    if "before assignment" in message or "not associated with a value" in message:
        return Explained(f"'{name}' has no value yet in this function")
    if name == "np":
        return Explained("there is no 'np'; `import numpy as np` is missing")
    return Explained(f"there is no '{name}'" + (f"; did you mean '{near}'?" if near else "")) if name else Explained("")


def _syntax_error(facts: Mapping[str, Any], message: str, names: Sequence[str]) -> Explained:
    if "null bytes" in message:
        return Explained("the file holds null bytes; it is no text file (saved as UTF-16?)")
    odd = CODING.search(message)
    if odd:
        name = next(filter(None, odd.groups()), "")
        which = f", {name!r}," if name else ""
        return Explained(
            f"its coding line names an encoding{which} by which Python cannot read it; leave that line out, and save "
            "the file as UTF-8"
        )
    if "utf-8" in message or "encoding" in message:
        return Explained(f"the file is not text in UTF-8 ({message}); save it as UTF-8")
    return Explained(f"this is not Python: {message}" if message else "this is not Python")


def _attribute_error(facts: Mapping[str, Any], message: str, names: Sequence[str]) -> Explained:
    nones = [source for source, kind, _ in _operands(facts) if kind == "NoneType"]
    if nones:
        return Explained(_still_none(nones[0]))
    return Explained(message)


def _memory_error(facts: Mapping[str, Any], message: str, names: Sequence[str]) -> Explained:
    return Explained("asked for more memory than a submission may have")


def _eof_error(facts: Mapping[str, Any], message: str, names: Sequence[str]) -> Explained:
    return Explained("the file asks for input(), and nobody is there to answer; write the value into the file")


def _assertion_error(facts: Mapping[str, Any], message: str, names: Sequence[str]) -> Explained:
    if facts.get("line") is None:
        # the exercise's own lines, which say what they expected
        return Explained(message)
    return Explained(f"an assertion of the file failed. {message}".strip())


def _os_error(facts: Mapping[str, Any], message: str, names: Sequence[str]) -> Explained:
    refused = ("not permitted", "Permission denied", "Read-only file system", "temporarily unavailable")
    if any(words in message for words in refused):
        return Explained(f"a submission may not do that: no network, no programs, no files but its own ({message})")
    return Explained("")


def _plain(words: str) -> Any:
    return lambda facts, message, names: Explained(words)


WORDS: dict[str, Any] = {
    "ValueError": _value_error,
    "TypeError": _type_error,
    "NameError": _name_error,
    "SyntaxError": _syntax_error,
    "AttributeError": _attribute_error,
    "MemoryError": _memory_error,
    "EOFError": _eof_error,
    "OSError": _os_error,
    "RuntimeError": lambda facts, message, names: Explained(
        "asked for more threads than a submission may have" if "start new thread" in message else ""
    ),
    "ZeroDivisionError": _plain("a division by zero"),
    "IndexError": lambda facts, message, names: Explained(
        f"{message or 'an index out of range'}; Python counts from 0, and the last is n - 1"
    ),
    "KeyError": lambda facts, message, names: Explained(f"there is no key {message or 'of that name'}"),
    "RecursionError": _plain("a function calls itself without end"),
    "ModuleNotFoundError": lambda facts, message, names: Explained(
        f"{message or 'a module is not there'}; only NumPy is sure to be there"
    ),
    "AssertionError": _assertion_error,
    "KeyboardInterrupt": _plain("the file raised KeyboardInterrupt"),
}
