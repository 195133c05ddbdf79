"""What a run told, as far as a student may be shown it: nothing that a file could have written into it.

A file may read what lies about and put it into an error's text, the name of a type or a number. Where a grader shows
its report to students, it would leave so. Here only words of ours and parts of the file's own source are left.
"""

from __future__ import annotations

import builtins
import io
import re
import tokenize
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from backlit.apart.sandbox import Run
from backlit.check.report import Finding
from backlit.exercises.format import Exercise
from backlit.exercises.instead import withheld
from backlit.exercises.submission_report import SubmissionReport, ValueVerdict

__all__ = ["facts_for_students", "report_for_students"]

MOST_AXES, LARGEST = 3, 99
KINDS = {"ndarray", "function", "builtin_function_or_method", "method", "module", "NoneType", "float64", "float32"}
KINDS |= {name for name, kind in vars(builtins).items() if isinstance(kind, type)}
N, NAME, KIND = r"\d{1,2}", r"(?P<own>\w{1,80})", r"'(?P<kind>\w{1,60})'"
SHAPE = rf"\((?:{N},|{N}(?:, ?{N}){{1,{MOST_AXES - 1}}})?\)"
MESSAGES = {
    # of Python and NumPy: the pattern, and what is kept of it. What is quoted must stand in the file itself
    rf"name '{NAME}' is not defined.*": "name '{own}' is not defined",
    rf".*local variable '{NAME}'.*": "cannot access local variable '{own}' where it is not associated with a value",
    rf"{KIND} object has no attribute '{NAME}'.*": "'{kind}' object has no attribute '{own}'",
    rf"module 'numpy' has no attribute '{NAME}'.*": "module 'numpy' has no attribute '{own}'",
    rf"{KIND} object is not callable": "'{kind}' object is not callable",
    rf"{KIND} object is not subscriptable": "'{kind}' object is not subscriptable",
    rf"{KIND} object is not iterable": "'{kind}' object is not iterable",
    rf"No module named '{NAME}'": "No module named '{own}'",
    rf"'{NAME}'": "'{own}'",
    r".*is not a text encoding.*": "unknown encoding",
    rf"(?:\w+\.)*{NAME}\(\) .*(?:positional|keyword) argument.*": "{own}() was not given its positional arguments",
    rf"(?:list |tuple )?index out of range|index -?{N} is out of bounds for axis {N} with size {N}": "",
    rf"operands could not be broadcast together with (?:remapped )?shapes {SHAPE} {SHAPE} ?": "",
    rf"matmul: .*\((?P<sizes>size {N} is different from {N})\)": "({sizes})",
    rf"shapes {SHAPE} and {SHAPE} not aligned: {N} \(dim {N}\) != {N} \(dim {N}\)": "",
}
PHRASES = (
    "not have enough dimensions", "inhomogeneous", "truth value of an array", "null bytes", "NoneType",
    "unknown encoding", "encoding problem", "not permitted", "Permission denied", "Read-only file system",
    "start new thread", "overflow encountered", "divide by zero encountered", "invalid value encountered",
)  # fmt: skip
"""Kept alone of the messages that they stand in: our words about those ask for no more."""


def facts_for_students(run: Run, source: bytes) -> Run:
    """Return a run without what its file could have written into its facts.

    >>> facts = {"error": {"type": "Secret", "bases": ["Secret", "ValueError"], "message": "x" * 9, "line": 1}}
    >>> facts_for_students(Run([facts], "", "", 0.1), b"raise Secret()").facts[0]["error"]["message"]
    ''
    """
    lines = _lines(source)
    words = set(re.findall(r"\w+", "\n".join(lines)))
    return replace(run, facts=[_facts(facts, lines, words) for facts in run.facts])


def _lines(source: bytes) -> list[str]:
    try:
        encoding = tokenize.detect_encoding(io.BytesIO(source).readline)[0]
        return source.decode(encoding, "replace").splitlines()
    except (SyntaxError, LookupError, ValueError):
        return source.decode("utf-8", "replace").splitlines()


def _facts(told: Mapping[str, Any], lines: Sequence[str], words: set[str]) -> dict[str, Any]:
    return {
        **told,
        "values": {name: _value(value, lines, words) for name, value in told.get("values", {}).items()},
        "names": [name for name in told.get("names", []) if name in words],
        "remarks": [
            {"message": _message(remark, words), "line": _known_line(remark, lines)}
            for remark in told.get("remarks", [])
        ],
        **{key: _error(told.get(key), lines, words) for key in ("error", "exit", "broken")},
    }


def _value(told: Mapping[str, Any], lines: Sequence[str], words: set[str]) -> dict[str, Any]:
    kind = str(told.get("type", "")).partition(" ")[0]
    return {
        **told,
        "type": kind if kind in KINDS else "value of another type",
        "error": _error(told.get("error"), lines, words) or {},
    }


def _error(told: Any, lines: Sequence[str], words: set[str]) -> dict[str, Any] | None:
    if not told:
        return None
    bases = [name for name in [told.get("type"), *told.get("bases", [])] if name in KINDS]
    line = _known_line(told, lines)
    return {
        "type": bases[0] if bases else "Exception",
        "bases": bases,
        "message": _message(told, words),
        "line": line,
        "text": lines[line - 1].strip()[:400] if line else "",
        "function": "",
        "operator": told.get("operator") if told.get("operator") in ("Add", "Sub") else "",
        "operands": [_operand(row, "".join("".join(lines).split())) for row in told.get("operands", [])],
    }


def _known_line(told: Mapping[str, Any], lines: Sequence[str]) -> int | None:
    line = told.get("line")
    return line if isinstance(line, int) and 0 < line <= len(lines) else None


def _operand(row: Mapping[str, Any], source: str) -> dict[str, Any]:
    own, kind = str(row.get("source", "")), row.get("kind")
    return {
        "source": own if "".join(own.split()) in source else "it",
        "kind": kind if kind in KINDS else "",
        "shape": row.get("shape") if _is_small(row.get("shape")) else None,
    }


def _is_small(shape: Any) -> bool:
    return isinstance(shape, list) and len(shape) <= MOST_AXES and all(0 <= n <= LARGEST for n in shape)


def _message(told: Mapping[str, Any], words: set[str]) -> str:
    message = str(told.get("message", ""))
    for pattern, kept in MESSAGES.items():
        found = re.fullmatch(pattern, message)
        quoted = found.groupdict() if found else {}
        if found and quoted.get("own", "") in {"", *words} and quoted.get("kind", "float") in KINDS:
            return kept.format(**quoted) or found[0]
    return next((phrase for phrase in PHRASES if phrase in message), "")


NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")
SHAPES = re.compile(r"\((?:\d+, ?){3,}\d+,?\)|\(\d{3,},?[^)]*\)")


def report_for_students(report: SubmissionReport, exercise: Exercise) -> SubmissionReport:
    """Return a report on ``facts_for_students`` without the numbers that its file gave, and without what it printed."""
    own = {mistake.sentence for mistake in exercise.mistakes}
    findings = tuple(finding if finding.happened in own else _finding(finding) for finding in report.findings)
    shown = replace(report, verdicts=tuple(map(_verdict, report.verdicts)), findings=findings, output="")
    # a grader gives no hints: the line to write would be had by handing in anything
    return withheld(shown)


def _verdict(verdict: ValueVerdict) -> ValueVerdict:
    if verdict.status not in ("wrong", "shape"):
        return verdict
    return replace(verdict, claimed=None, remark=masked(verdict.remark))


def _finding(finding: Finding) -> Finding:
    return replace(finding, happened=masked(finding.happened))


def masked(text: str) -> str:
    """Return a text in which a number of more than two digits is "…", and so is a shape of many axes.

    >>> masked("worst at entry 2: -0.0086192; every entry is 2 times the right one")
    'worst at entry 2: …; every entry is 2 times the right one'
    """
    return NUMBER.sub(lambda found: found[0] if _is_coarse(found[0]) else "…", SHAPES.sub("(…)", text))


def _is_coarse(number: str) -> bool:
    digits = number.partition("e")[0].replace(".", "").lstrip("-0")
    return len(digits) <= 2 and "e" not in number
