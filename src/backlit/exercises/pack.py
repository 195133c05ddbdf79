"""An exercise as one file to hand out: starter, hints, and what its solution and mistakes give, without their code.

What is in it is coded, not secret: who takes the trouble can read the right values. So marks are given by the folder.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from backlit.errors import BacklitError
from backlit.exercises.folder_files import read_text, words
from backlit.exercises.format import Exercise, exercise_of_facts
from backlit.exercises.mistake_format import ForeseenMistake
from backlit.exercises.network_map import NetworkMap

__all__ = ["PACK_SUFFIX", "pack_text", "read_pack"]

PACK_SUFFIX = ".exercise.json"
FORMAT = "backlit exercise"
VERSION = 1
MOST_BYTES = 64 << 20
"""A pack whose content is larger is refused before it fills memory."""


def pack_text(exercise: Exercise, given: Mapping[str, Any]) -> str:
    """Return the text of a pack; ``given``: what the solution and the mistakes give, as ``right.given_values`` has it.

    It holds no line of the solution but those that hints and mistakes quote, and no path.
    """
    content = {
        "order": exercise.order,
        "summary": exercise.summary,
        "text": exercise.text,
        "hints": list(exercise.hints),
        "prepare": exercise.prepare,
        "values": [
            {"name": value.name, "expression": value.expression, "tolerance": value.tolerance}
            | ({} if value.points == 1 else {"points": value.points})
            for value in exercise.values
        ],
        "network": None if exercise.network is None else _table(exercise.network),
        "starter": exercise.starter,
        "mistakes": [
            {"name": m.name, "identifier": m.identifier, "happened": m.sentence, "instead": m.instead}
            for m in exercise.mistakes
        ],
        "given": given,
    }
    coded = base64.b64encode(zlib.compress(json.dumps(content).encode(), 9)).decode()
    facts = {"format": FORMAT, "version": VERSION, "name": exercise.name, "title": exercise.title, "content": coded}
    return json.dumps(facts, indent=2, ensure_ascii=False) + "\n"


def read_pack(path: Path) -> Exercise:
    """Read a pack; raises BacklitError, naming the file, for what is none."""
    facts = _object(path, read_text(path))
    if facts.get("format") != FORMAT:
        raise BacklitError(f"{path}: expected an exercise that `backlit exercise pack` wrote, got another JSON file")
    if facts.get("version") != VERSION:
        raise BacklitError(
            f"{path}: expected a pack of version {VERSION}, got {facts.get('version')!r:.20}; update backlit"
        )
    content = _object(path, _decoded(path, facts.get("content")))
    given, mistakes, network = (content.pop(key, None) for key in ("given", "mistakes", "network"))
    if not _is_given(given) or not isinstance(mistakes, list):
        raise BacklitError(f"{path}: expected the values of the solution and of the mistakes, got none")
    content |= {"title": facts.get("title")} | ({} if network is None else {"network": network})
    starter = words(path, content, "starter")
    del content["starter"]
    return exercise_of_facts(
        path,
        content,
        name=words(path, facts, "name"),
        folder=path,
        starter=starter + "\n",
        solution="",
        mistakes=tuple(_mistake(path, row) for row in mistakes),
        given=json.dumps(given),
    )


def _is_given(given: Any) -> bool:
    """Say whether a pack's values are there: of the solution, and of each mistake."""
    if not isinstance(given, dict) or not isinstance(given.get("solution"), dict):
        return False
    mistakes = given.get("mistakes")
    return isinstance(mistakes, list) and all(isinstance(values, dict) for values in mistakes)


def _table(network: NetworkMap) -> dict[str, Any]:
    """The [network] table again."""
    table: dict[str, Any] = dict(network.facts)
    for name, (layer, quantity) in network.names.items():
        table.setdefault(f"L{layer}", {})[quantity] = name
    return table


def _mistake(path: Path, row: Any) -> ForeseenMistake:
    row = row if isinstance(row, dict) else {}
    name = words(path, row, "name")
    sentence, instead = words(path, row, "happened"), words(path, row, "instead", "")
    return ForeseenMistake(f"mistakes: {name}", name, words(path, row, "identifier"), sentence, instead, b"")


def _decoded(path: Path, coded: Any) -> str:
    try:
        reader = zlib.decompressobj()
        content = reader.decompress(base64.b64decode(coded, validate=True), MOST_BYTES)
        if not reader.eof:
            raise BacklitError(
                f"{path}: expected a whole exercise, got a part of one, or more than {MOST_BYTES >> 20} MiB"
            )
        return content.decode()
    except (TypeError, ValueError, zlib.error) as error:
        if isinstance(error, BacklitError):
            raise
        raise BacklitError(f"{path}: expected a whole exercise, got a damaged one; get the file anew") from None


def _object(path: Path, text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BacklitError(f"{path}: expected an exercise that `backlit exercise pack` wrote, got no JSON object")
    return found
