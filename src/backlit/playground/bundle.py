"""The modules of `web/` as one script and one style sheet: `page.min.js` and `page.min.css`, written by `make page`."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

__all__ = ["WEB", "digest", "script", "style"]

WEB = Path(__file__).parent / "web"
_BUNDLE = WEB.parent / "page.min.js"
_STYLE = WEB.parent / "page.min.css"


@cache
def script() -> str:
    """Return the page's script; it declares ``backlitPage``, with ``render``."""
    return _BUNDLE.read_text(encoding="utf-8")


@cache
def style() -> str:
    """Return the page's style sheet."""
    return _STYLE.read_text(encoding="utf-8")


def digest() -> str:
    """Return what the modules are known by; the bundle begins with it, so that a test sees when it is not of them."""
    sources = sorted(path for path in WEB.iterdir() if path.suffix in (".js", ".css"))
    return sha256(b"".join(path.name.encode() + path.read_bytes() for path in sources)).hexdigest()[:16]
