"""The page's file: data, style and script in one, which fetches nothing and runs nothing but its own script."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from html import escape
from typing import Any

from backlit.playground.bundle import script, style

__all__ = ["html"]

_START = """
const data = JSON.parse(document.getElementById("backlit-data").textContent);
window.backlit = backlitPage.render(document.getElementById("backlit-page"), data);
performance.mark("backlit");
"""


def html(data: dict[str, Any]) -> str:
    """Return the page for the data of ``page_data`` as the text of an HTML file.

    Its content security policy allows its own script and style, by their hashes, and nothing else: no other script,
    no request.
    """
    css, code = style(), script() + _START
    policy = f"default-src 'none'; script-src '{_hash(code)}'; style-src '{_hash(css)}'; img-src blob: data:"
    policy += "; base-uri 'none'; form-action 'none'"
    # "</script" must not end the data, whatever text is in it
    held = json.dumps(data, allow_nan=False, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    # the tags that HTML does not ask for are left out
    return (
        '<!DOCTYPE html>\n<html lang="en"><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(data['title'])}</title><style>{css}</style>"
        '<body><div id="backlit-page"></div>\n'
        f'<script type="application/json" id="backlit-data">{held}</script>\n'
        f'<script type="module">{code}</script>\n'
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode('utf-8')).digest()).decode('ascii')}"
