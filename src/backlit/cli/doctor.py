"""``backlit doctor``: what is installed, how backlit runs here, and what is missing for what."""

from __future__ import annotations

import re
import shutil
import sys
from importlib import metadata
from typing import Any, NamedTuple

import click

from backlit.cli.fold import show_words
from backlit.cli.screen import coloured, width

__all__ = ["Needed", "command", "facts", "needs"]

FOR_WHAT = {
    "tables": "CSV and Parquet tables: backlit train, predict, explain and export --data",
    "excel": "tables in spreadsheets, beside `tables`",
    "onnx": "backlit export, bl.to_onnx",
    "plot": "history.plot(), the pictures of a diagnosis",
    "notebook": "a trace or a report that shows itself in a notebook; bl.Playground",
    "torch": "bl.check_torch, bl.from_torch, bl.to_torch, PyTorch modules in bl.diagnose",
    "keras": "Keras models in bl.diagnose and bl.Watch; its backend, jax or torch, is yours to install",
}
"""The extras that a user may want, and what each is for."""

COMPILERS = ("c++", "g++", "clang++", "cl")

REQUIREMENT = re.compile(r"([\w.-]+)(?:\[[^]]*\])?\s*(?:>=([\d.]+))?[^;]*(?:;.*extra == ['\"]([\w-]+)['\"])?")


class Needed(NamedTuple):
    """A package that backlit, or an extra of it, needs; ``version`` is None where it is not installed."""

    package: str
    least: str
    extra: str | None
    version: str | None

    @property
    def fits(self) -> bool:
        """Whether it is there, and new enough."""
        return self.version is not None and _numbers(self.version) >= _numbers(self.least)


def needs() -> list[Needed]:
    """Return what backlit and its extras need, and which release of it is installed, as the installation has it."""
    found = []
    for line in metadata.requires("backlit") or []:
        match = REQUIREMENT.match(line)
        if match is not None and (match[3] is None or match[3] in FOR_WHAT):
            found.append(Needed(match[1], match[2] or "0", match[3], _installed(match[1])))
    return found


def facts() -> dict[str, Any]:
    """Return all that the doctor says, as plain data.

    >>> sorted(facts())[:4]
    ['backlit', 'engine', 'extras', 'needed']
    """
    import platform

    packages = needs()
    extras = {
        name: {"for": words, "packages": [_plain(need) for need in packages if need.extra == name]}
        for name, words in FOR_WHAT.items()
    }
    return {
        "backlit": metadata.version("backlit"),
        "python": f"{platform.python_version()} ({platform.python_implementation()})",
        "system": f"{platform.system()} {platform.release()}, {platform.machine()}",
        "engine": _engine(),
        "processors": _processors(),
        "terminal": _terminal(),
        "needed": [_plain(need) for need in packages if need.extra is None],
        "extras": extras,
        "ok": all(need.fits for need in packages if need.extra is None),
    }


@click.command("doctor", short_help="Say what is installed, and what is missing.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def command(as_json: bool) -> int:
    """Say what is installed, how backlit computes here, and what is missing for what.

    Put what it prints into a report of a bug: it names versions and this system, no files and no folders.
    """
    found = facts()
    if as_json:
        import json

        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        show_words(_text(found))
    return 0 if found["ok"] else 1


def _text(found: dict[str, Any]) -> str:
    engine, terminal = found["engine"], found["terminal"]
    colours = "on" if terminal["colour"] else "off"
    lines = [
        f"backlit {found['backlit']}",
        f"  Python    {found['python']}",
        f"  system    {found['system']}",
        f"  engine    {engine['words']}",
        f"  threads   at most {found['processors']}, where that pays" if engine["level"] else "",
        f"  terminal  {terminal['columns']} columns, {terminal['encoding']}, colours {colours}",
        "",
        "What backlit needs",
        *(f"  {_words(need)}" for need in found["needed"]),
        "",
        "What more it can do",
    ]
    for name, extra in found["extras"].items():
        there = all(need["fits"] for need in extra["packages"])
        lines.append(f"  {'✓' if there else '·'} {name}: {extra['for']}")
        lines += [f"      {_words(need)}" for need in extra["packages"]]
    return "\n".join(line for i, line in enumerate(lines) if line or i > 5)


def _words(need: dict[str, Any]) -> str:
    package, version = need["package"], need["version"]
    if version is None:
        return f"✗ {package} is not installed: pip install {package}"
    if not need["fits"]:
        return f"✗ {package} {version} is older than {need['least']}: pip install --upgrade {package}"
    return f"✓ {package} {version}"


def _engine() -> dict[str, Any]:
    """Which level the compiled engine runs at, which there are, and the same in words."""
    from backlit.engine.levels import LEVEL_VARIABLE, available_levels, chosen_level
    from backlit.errors import BacklitError

    there = available_levels()
    try:
        level = chosen_level()
    except BacklitError as error:
        words = str(error) if there else _no_engine()
        return {"level": None, "levels": list(there), "words": words}
    others = f"of {', '.join(there)}; {LEVEL_VARIABLE} names another" if len(there) > 1 else "the only one"
    return {"level": level, "levels": list(there), "words": f"compiled, level {level} ({others})"}


def _no_engine() -> str:
    compiler = next((name for name in COMPILERS if shutil.which(name)), None)
    missing = "a C++ compiler is missing (Debian and Ubuntu: apt install g++ python3-dev)"
    with_what = f"{compiler} is here" if compiler else missing
    return (
        "not built: the equations compute all, which is slower in training and the same otherwise; "
        f"to have it, install backlit again with a C++ compiler: {with_what}"
    )


def _processors() -> int:
    from backlit.engine.threads import usable_processors

    return usable_processors()


def _terminal() -> dict[str, Any]:
    return {"columns": width(), "encoding": getattr(sys.stdout, "encoding", None), "colour": coloured()}


def _installed(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version.partition("+")[0])[:3])


def _plain(need: Needed) -> dict[str, Any]:
    return {"package": need.package, "least": need.least, "version": need.version, "fits": need.fits}
