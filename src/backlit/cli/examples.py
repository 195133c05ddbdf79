"""What ``--help`` of a verb ends with: commands that run as they stand, and what the exit status means."""

from __future__ import annotations

import click

__all__ = ["EXAMPLES", "STATUSES", "with_examples"]

EXAMPLES: dict[str, tuple[str, ...]] = {
    "explain": (
        "backlit explain",
        "backlit explain --sizes 3-4-2 --output softmax --input 0.5,0.1,2 --target 1",
        "backlit explain case.toml --at L1.u2 --digits 5",
        "backlit explain network.safetensors --data rows.csv --row 17 --out row.html",
        "backlit explain --compare sigmoid,tanh,relu",
    ),
    "page": (
        "backlit page --out lesson.html",
        "backlit page --preset xor --out xor.html",
        "backlit page --sizes 3-4-2 --output softmax --out mine.html",
        "backlit page network.safetensors --data rows.csv --row 3 --out row-3.html",
    ),
    "check": ("backlit check my_net.py", "backlit check my_net.py --weights W1,W2 --json"),
    "exercise list": ("backlit exercise list",),
    "exercise start": (
        "backlit exercise start sigmoid-unit",
        "backlit exercise start softmax --out softmax.ipynb",
    ),
    "exercise check": ("backlit exercise check lesson.py", "backlit exercise check lesson.py --json"),
    "exercise hint": ("backlit exercise hint lesson.py",),
    "exercise solution": ("backlit exercise solution sigmoid-unit",),
    "exercise validate": ("backlit exercise validate ./slope",),
    "exercise pack": ("backlit exercise pack ./slope",),
    "exercise grade": ("backlit exercise grade handed-in --exercise lesson --out grades.csv",),
    "exercise isolation": ("backlit exercise isolation",),
    "train": (
        "backlit train iris --target target --epochs 30 --out iris.safetensors",
        "backlit train table.csv --target species --seed 3 --out species.safetensors",
        "backlit train table.csv --target species --hidden 16 --out small.safetensors",
        "backlit train --repeat model.safetensors --out again.safetensors",
    ),
    "predict": (
        "backlit predict model.safetensors table.csv",
        "backlit predict model.safetensors table.csv --out predictions.csv",
    ),
    "export": ("backlit export network.safetensors --to network.onnx",),
    "diagnose": ("backlit diagnose network.safetensors rows.csv --quick --learning-rate 1e-5",),
    "doctor": ("backlit doctor", "backlit doctor --json"),
    "completion": ('eval "$(backlit completion bash)"', "backlit completion fish > backlit.fish"),
}
"""Commands by verb. Each is run by the tests, beside files that have these names."""

STATUSES: dict[str, str] = {
    "check": "0 all right, 1 something is wrong, 2 not run or not understood",
    "exercise check": "0 all right, 1 something is wrong, 2 bad input",
    "exercise validate": "0 all right, 1 something is wrong, 2 bad input",
    "exercise isolation": "0 all of it holds, 1 not all",
    "diagnose": "0 nothing was found, 1 something was, 2 bad input",
    "doctor": "0 all that backlit needs is there, 1 something is missing",
}
"""What the exit status says, by verb, where it is not the usual."""

USUAL = "0 done, 2 bad input"


def with_examples(command: click.Command, name: str) -> click.Command:
    """Return a verb's command, and those within it, with its examples and exit statuses at the end of its help."""
    if isinstance(command, click.Group):
        for word, part in command.commands.items():
            with_examples(part, f"{name} {word}")
        command.epilog = f"`backlit {name} VERB --help` has examples."
        return command
    lines = "\n".join(f"  {line}" for line in EXAMPLES.get(name, ()))
    examples = f"\b\nExamples:\n{lines}\n\n" if lines else ""
    command.epilog = f"{examples}Exit status: {STATUSES.get(name, USUAL)}, 130 interrupted."
    return command
