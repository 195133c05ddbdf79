"""Write what the package holds of the page: its script and style sheet, by esbuild, and its presets: `make page`."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from backlit.playground.bundle import WEB, digest
from backlit.playground.data import EXAMPLES, state_data
from backlit.playground.presets import PRESETS

ESBUILD = Path(__file__).parent / "node_modules" / ".bin" / "esbuild"
MINIFIED = ("--bundle", "--minify", "--charset=utf8", "--legal-comments=none")
MOST_BYTES = 8000
"""Of a preset in the page."""


def bundled(name: str, *options: str) -> bytes:
    """Return a module of the page, or its style sheet, with all that it imports, made small."""
    command = [str(ESBUILD), name, *MINIFIED, *options]
    return subprocess.run(command, cwd=WEB, check=True, stdout=subprocess.PIPE).stdout


def files() -> dict[Path, bytes]:
    """Return what the package holds of the page, by its path."""
    script = bundled("page.js", "--format=iife", "--global-name=backlitPage", "--target=es2022")
    return {
        WEB.parent / "page.min.js": f"/* by `make page` of {digest()} */\n".encode() + script,
        WEB.parent / "page.min.css": bundled("page.css"),
        EXAMPLES: presets(),
    }


def presets() -> bytes:
    """Return the presets that are small enough to be in every page; the others are for `backlit page --preset`."""
    made = [
        {"name": name, "words": preset.words, **state_data(preset.make(), most=None)}
        for name, preset in PRESETS.items()
    ]
    lines = [json.dumps(each, separators=(",", ":"), allow_nan=False) for each in made]
    small = ",\n".join(line for line in lines if len(line) < MOST_BYTES)
    return f"[{small}]\n".encode()


def main() -> None:
    """Write both."""
    for path, content in files().items():
        path.write_bytes(content)
        print(f"{path.name}: {len(content) / 1000:.1f} kB")


if __name__ == "__main__":
    main()
