"""Write the page's script and style sheet of its modules, by esbuild: `make page`."""

from __future__ import annotations

import subprocess
from pathlib import Path

from backlit.playground.bundle import WEB, digest

ESBUILD = Path(__file__).parent / "node_modules" / ".bin" / "esbuild"
MINIFIED = ("--bundle", "--minify", "--charset=utf8", "--legal-comments=none")


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
    }


def main() -> None:
    """Write both."""
    for path, content in files().items():
        path.write_bytes(content)
        print(f"{path.name}: {len(content) / 1000:.1f} kB")


if __name__ == "__main__":
    main()
