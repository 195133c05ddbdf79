"""Printed explanations read back: their worked lines, and the arithmetic on them evaluated as Python."""

import math
import re
import sys
from typing import NamedTuple


class PrintedLine(NamedTuple):
    """A worked line: the name of its step, its address, what stands left, the arithmetic, and the printed result."""

    name: str
    address: str
    symbol: str
    numbers: str
    result: str


_ADDRESS = r"(?:net|L\d+\.(?:u\d+|w\[\d+,\d+\]|b\[\d+\]))"
_LINE = re.compile(rf"  ({_ADDRESS}) +(\S+) (?:=|←) (.+)")


def worked_lines(text):
    """The worked lines of an explanation in text, broken lines joined."""
    lines, name = [], ""
    for paragraph in text.split("\n\n"):
        head, _, body = re.sub(r"\n {6,}(?=\S)", " ", paragraph).partition("\n")
        name = head.partition(":  ")[0]
        for line in body.split("\n"):
            match = _LINE.fullmatch(line)
            if match:
                numbers, _, result = match[3].rpartition(" = ")
                lines.append(PrintedLine(name, match[1], match[2], numbers or result, result))
    return lines


def _log(x):
    """The logarithm; of 0 a number so that 0 log 0 is 0, as the losses have it."""
    return math.log(x) if x > 0 else -sys.float_info.max


def _sigmoid(z):
    return 1 / (1 + math.exp(-z))


FUNCTIONS = {
    "exp": math.exp,
    "log": _log,
    "tanh": math.tanh,
    "arctan": math.atan,
    "sqrt": math.sqrt,
    "min": min,
    "max": max,
    "abs": abs,
    "sign": lambda x: (x > 0) - (x < 0),
    "sigmoid": _sigmoid,
    "Phi": lambda z: (1 + math.erf(z / math.sqrt(2))) / 2,
    "phi": lambda z: math.exp(-z * z / 2) / math.sqrt(2 * math.pi),
}

_SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_TEXT = {
    "−": "-",
    "e^(": "exp(",
    " × ": " * ",
    "²": "**2",
    "√": "sqrt",
    "½": "0.5",
    "≤": "<=",
    "σ": "sigmoid",
    "Φ": "Phi",
    "φ": "phi",
}


def number(text):
    """A printed number."""
    return float(_exponents(text).replace("−", "-"))


def _exponents(text):
    return re.sub(r"×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda m: "e" + m[1].translate(_SUPERSCRIPTS), text)


def value_of(numbers):
    """The value of arithmetic as it is printed in text."""
    python = re.sub(r"\|([^|]*)\|", r"abs(\1)", re.sub(r" \[\d+ more\]", "", _exponents(numbers)))
    for printed, code in _TEXT.items():
        python = python.replace(printed, code)
    return _evaluated(python, numbers)


def _evaluated(python, printed):
    # nothing but the arithmetic that explanations print
    words = set(re.findall(r"[^\W\d]\w*", re.sub(r"\d[\d.]*e-?\d+", "", python)))
    new = words - FUNCTIONS.keys() - {"if", "else"}
    assert not new, f"{printed}: tests/printed.py reads no {new}; a new function stands in FUNCTIONS there"
    try:
        return float(eval(python, {"__builtins__": {}}, FUNCTIONS))
    except SyntaxError as error:
        raise AssertionError(f"{printed}: tests/printed.py reads it as {python}; a new sign stands in _TEXT") from error


_LATEX = {
    r"\tfrac12": "0.5",
    r"\tfrac16": "(1 / 6)",
    r"\left": "",
    r"\right": "",
    r"\big": "",
    r"\times": "*",
    r"\le": "<=",
    r"\log": "log",
    r"\tanh": "tanh",
    r"\arctan": "arctan",
    r"\max": "max",
    r"\min": "min",
    r"\sigma": "sigmoid",
    r"\Phi": "Phi",
    r"\varphi": "phi",
    r"\;": "",
}


def latex_value(numbers):
    """The value of arithmetic as it is printed in LaTeX."""
    # mish: a name for a part that stands in the formula three times
    where = re.search(r",\\; s = (\\log\(1 \+ e\^\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}\))", numbers)
    text = numbers.replace(where[0], "").replace(r"\tanh s", r"\tanh(s)") if where else numbers
    text = text.replace(r"\tanh^2 s", r"\tanh(s)^2")
    text = re.sub(r"\bs\b(?=\))", lambda _: where[1], text) if where else text
    text = re.sub(r"\\operatorname\{(\w+)\}", r"\1", re.sub(r"\\text\{([^{}]*)\}", _words, text))
    text = re.sub(r" \\times 10\^\{(-?\d+)\}", r"e\1", text)
    text = _braces(re.sub(r"\|([^|]*)\|", r"abs(\1)", text))
    for printed, code in _LATEX.items():
        text = text.replace(printed, code)
    text = re.sub(r"(?<=[\d)])\s*(?=(?:log|tanh|arctan|sqrt|exp|sigmoid|Phi|phi|abs)?\()", "*", text.replace("\\", ""))
    return _evaluated(text.replace("^2", "**2"), numbers)


def _words(match):
    return "" if "more" in match[1] else match[1]


def _braces(text):
    r"""Parentheses for braces: \frac{a}{b} is ((a) / (b)), e^{a} is exp(a)."""
    while "{" in text:
        before = text
        text = re.sub(r"\\t?frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1) / (\2))", text)
        text = re.sub(r"\be\^\{([^{}]*)\}", r"exp(\1)", text)
        text = re.sub(r"\\sqrt\{([^{}]*)\}", r"sqrt(\1)", text)
        text = re.sub(r"(?<![\\\w^}])\{([^{}]*)\}(?!\{)", r"(\1)", text)
        assert text != before, f"{text}: tests/printed.py reads no such braces; a new command stands in _braces there"
    return text
