"""The right scripts of scripts/ once more, each with other random numbers: whether the verdict hangs on what is drawn.

Run: python benchmarks/scripts_seeds.py [COUNT] [FIRST_SEED]
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


def drawn_otherwise(name: str, seed: int) -> str | None:
    """Return a script's text with another seed, None for one that draws nothing by one."""
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    return SEEDED.sub(rf"\g<1>{seed}\2", text) if SEEDED.search(text) else None


def main(count: int, first: int) -> int:
    """Check them; return 1 where a right script was called wrong."""
    said: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for name, label in sorted(labels().items()):
            for seed in range(first, first + count):
                text = drawn_otherwise(name, seed) if label.get("right") else None
                if text is None:
                    continue
                file = Path(folder, f"{name}.py")
                file.write_text(text, encoding="utf-8")
                report = check_script(file)
                said[report.status] += 1
                if report.status != "right":
                    names = ", ".join(finding.identifier for finding in report.findings)
                    print(f"{name} with seed {seed}: {report.status} {names or report.asks[:90]}", flush=True)
    judged = said["right"] + said["wrong"]
    print(f"{sum(said.values())} runs of right scripts, {judged} of them judged: {said['wrong']} called wrong")
    return 1 if said["wrong"] else 0


if __name__ == "__main__":
    whole = {"nargs": "?", "type": int}
    options = given(__doc__, count={**whole, "default": 4}, first={**whole, "default": 1000})
    sys.exit(main(options.count, options.first))
