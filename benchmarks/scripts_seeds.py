"""The right scripts of scripts/ once more, each with other random numbers: whether the verdict hangs on what is drawn.

Run: python benchmarks/scripts_seeds.py [COUNT] [FIRST_SEED] [--steps STEPS]
With --steps they train for so many steps alone, where their text tells how many, with the numbers that they draw.
It prints those that are not called right, and exits 1 where one is called wrong.
"""

import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

from arguments import given
from scripts_evaluation import FOLDER, labels

from backlit.scripts.check_file import check_script

SEEDED = re.compile(r"((?:default_rng|RandomState|\bseed)\()\d*(\))")
LONG = re.compile(r"(range\()\d{3,}(\))")
STEPS = re.compile(r"(?i)((?:epoch|step|iter|round|turn|epoca|epok|rund|lap|vuelta|times|tour)\w*\s*=\s*)\d{2,}")


def drawn_otherwise(name: str, seed: int) -> str | None:
    """Return a script's text with another seed, None for one that draws nothing by one."""
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    return SEEDED.sub(rf"\g<1>{seed}\2", text) if SEEDED.search(text) else None


def shortened(name: str, steps: int) -> str | None:
    """Return a script's text with another number of steps, None for one whose text does not tell it."""
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    shorter = LONG.sub(rf"\g<1>{steps}\2", STEPS.sub(rf"\g<1>{steps}", text))
    return shorter if shorter != text else None


def main(count: int, first: int, steps: int | None) -> int:
    """Check them; return 1 where a right script was called wrong."""
    said: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for name, label in sorted(labels().items()):
            for seed in range(first, first + count) if steps is None else (0,):
                changed = drawn_otherwise(name, seed) if steps is None else shortened(name, steps)
                text = changed if label.get("right") else None
                if text is None:
                    continue
                file = Path(folder, f"{name}.py")
                file.write_text(text, encoding="utf-8")
                report = check_script(file)
                said[report.status] += 1
                if report.status != "right":
                    names = ", ".join(finding.identifier for finding in report.findings)
                    how = f"with seed {seed}" if steps is None else f"for {steps} steps"
                    print(f"{name} {how}: {report.status} {names or report.asks[:90]}", flush=True)
    judged = said["right"] + said["wrong"]
    print(f"{sum(said.values())} runs of right scripts, {judged} of them judged: {said['wrong']} called wrong")
    return 1 if said["wrong"] else 0


if __name__ == "__main__":
    whole = {"nargs": "?", "type": int}
    options = given(
        __doc__, count={**whole, "default": 4}, first={**whole, "default": 1000}, **{"--steps": {"type": int}}
    )
    sys.exit(main(options.count, options.first, options.steps))
