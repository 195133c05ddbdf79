"""What is inside the page's modules, for tests: their functions, bundled with a test's own script."""

import json
import re
import subprocess
from pathlib import Path

from backlit.playground.bundle import WEB

ESBUILD = Path(__file__).parents[2] / "web/node_modules/.bin/esbuild"


def bundled(code):
    """The code with what it imports of the page's modules ("./sweeps.js"), as one script."""
    command = [ESBUILD, "--bundle", "--format=esm", "--charset=utf8"]
    return subprocess.run(command, cwd=WEB, input=code, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


def data_of(page):
    return json.loads(re.search(r'id="backlit-data">(.*?)</script>', page.html, re.DOTALL)[1])


def run_inside(tab, page, code):
    """Run the code in a tab, with the page's data as `data`; it says by `window.ready = true` that it ran."""
    script = f"const data = {json.dumps(data_of(page))};\n{code}\nwindow.ready = true;"
    tab.add_script_tag(content=bundled(script), type="module")
    tab.wait_for_function("() => window.ready")
    return tab
