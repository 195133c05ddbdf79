"""How a script's run went, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backlit.apart.limits import Limits
from backlit.apart.sandbox import Run
from backlit.exercises.explain_run import ended_words, error_words
from backlit.exercises.raised_words import line_words, remark_words

__all__ = ["error_of", "remarks_of"]


def error_of(run: Run, facts: Mapping[str, Any], limits: Limits) -> str:
    """Return what ended the script before its end, as a sentence, or ""."""
    words = ended_words(run, limits)
    if words:
        return f"The file {words}."
    error = facts.get("error")
    if error and "FileNotFoundError" in [error.get("type"), *error.get("bases", [])]:
        message = str(error.get("message", ""))
        return (
            f"The file reads another one ({message}), in {line_words(error)}and it runs alone, in a folder of its own."
        )
    if error and "ModuleNotFoundError" in [error.get("type"), *error.get("bases", [])]:
        return (
            f"{line_words(error)}{error.get('message', '')}; only this file is run, with the packages installed here."
        )
    words = error_words(facts, facts.get("names", []))
    return f"The file stopped: {words}." if words else ""


def remarks_of(run: Run, facts: Mapping[str, Any], recorded: Mapping[str, Any], seconds: float) -> list[str]:
    """Return what else is worth saying of the run."""
    remarks = []
    if facts.get("stopped") and not any(update for _, update, _ in recorded["contexts"]):
        remarks.append("The file was stopped before it updated anything: an endless loop?")
    elif facts.get("stopped"):
        remarks.append(
            f"The file was stopped when it had trained for {seconds:g} s; its last step by then was looked at "
            "(--seconds gives it more)."
        )
    for name, shape in recorded["large"][:3]:
        remarks.append(f"{name} {shape} is too large to be looked at: judge a part of it.")
    remarks += [remark_words(remark) for remark in facts.get("remarks") or []][:3]
    if facts.get("exit"):
        where = line_words(facts["exit"])
        remarks.append(f"{where[:1].upper()}{where[1:]}the file ended itself there.")
    return remarks
