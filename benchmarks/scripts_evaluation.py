"""How well whole scripts are understood, and their mistakes named: those in scripts/, against their labels.

Run: python benchmarks/scripts_evaluation.py [--only looked-at|held|fresh|second|third|...|ninth] [NAME ...]
It exits 1 where a script was understood wrongly, or less than 80 % of a part are understood, or of its mistakes named.
Figures at first sight, of rules that had not seen a part, are by the commits that docs/check-scripts.md names.
"""

import argparse
import sys
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from backlit.scripts.check_file import check_script

__all__ = ["Outcome", "labels", "main", "outcome_of"]

FOLDER = Path(__file__).with_name("scripts")
LEAST = 0.8
PARTS = {
    "looked-at": "looked at",
    "held": "held back",
    "fresh": "fresh",
    "second": "second fresh",
    "third": "third fresh",
    "fourth": "fourth fresh",
    "fifth": "fifth fresh",
    "sixth": "sixth fresh",
    "seventh": "seventh fresh",
    "eighth": "eighth fresh",
    "ninth": "ninth fresh",
}


class Outcome(NamedTuple):
    """One script: what its label says, and what was said of it."""

    name: str
    part: str
    right: bool
    status: str
    found: tuple[str, ...]
    named: bool
    seconds: float

    @property
    def understood(self) -> bool:
        """Whether a verdict was given."""
        return self.status in ("right", "wrong")

    @property
    def false(self) -> bool:
        """Whether the verdict is not the label's."""
        return self.understood and (self.status == "right") != self.right


def labels() -> dict[str, dict[str, Any]]:
    """Return the labels of all scripts, by their names."""
    return tomllib.loads((FOLDER / "labels.toml").read_text(encoding="utf-8"))


def part_of(label: dict[str, Any]) -> str:
    """Return which part a script belongs to."""
    parts = ("ninth", "eighth", "seventh", "sixth", "fifth", "fourth", "third", "second", "fresh", "held")
    return next((part for part in parts if label.get(part)), "looked-at")


def outcome_of(name: str, label: dict[str, Any]) -> Outcome:
    """Check one script, without an option."""
    start = time.perf_counter()
    report = check_script(FOLDER / f"{name}.py")
    found = tuple(finding.identifier for finding in report.findings)
    named = bool(found) and found[0] in label.get("mistakes", [])
    seconds = time.perf_counter() - start
    return Outcome(name, part_of(label), bool(label.get("right")), report.status, found, named, seconds)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line a script and the figures of both parts; return 1 where a figure is not reached."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="beginnings of names [default: all]")
    parser.add_argument("--only", choices=tuple(PARTS), help="one part alone")
    given = parser.parse_args(arguments)
    outcomes = []
    for name, label in sorted(labels().items()):
        if given.only in (None, part_of(label)) and (not given.names or name.startswith(tuple(given.names))):
            outcome = outcome_of(name, label)
            wanted = "right" if outcome.right else " or ".join(label["mistakes"])
            mark = "false" if outcome.false else "ok" if outcome.named or outcome.right else "unnamed"
            print(f"{mark if outcome.understood else 'not understood':<15}{name:<36}{outcome.seconds:5.1f} s  ", end="")
            print(f"{outcome.status}: {', '.join(outcome.found) or '-'}; label: {wanted}", flush=True)
            outcomes.append(outcome)
    parts = [(title, [o for o in outcomes if o.part == part]) for part, title in PARTS.items()]
    reached = [figures(title, scripts) for title, scripts in parts if scripts]
    return 0 if all(reached) else 1


def figures(title: str, outcomes: list[Outcome]) -> bool:
    """Print the figures of a part; say whether they are reached."""
    understood = [o for o in outcomes if o.understood]
    false = [o for o in outcomes if o.false]
    wrong = [o for o in outcomes if not o.right]
    named = [o for o in wrong if o.named]
    print(
        f"{title}: {len(outcomes)} scripts, {len(understood)} understood, {len(false)} judged falsely; "
        f"of {len(wrong)} with a mistake {sum(o.status == 'wrong' for o in wrong)} found wrong, {len(named)} named"
    )
    enough = len(understood) >= LEAST * len(outcomes) and len(named) >= LEAST * len(wrong)
    return enough and not false


if __name__ == "__main__":
    sys.exit(main())
