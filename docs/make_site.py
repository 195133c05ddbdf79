"""What MkDocs cannot know: the reference of every public name, the live page, and links that leave the folder.

MkDocs calls the functions that are named ``on_...``; `make site` builds the site.
"""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import backlit

ROOT = Path(__file__).parent.parent

GROUPS = {
    "Networks and what they leave": ("Network", "Layer", "Trace", "LayerTrace", "load", "explain_row"),
    "The page": ("page", "Playground"),
    "Checks": ("check_gradients", "check_gradient", "check_layer", "check_torch", "check_names", "CheckReport"),
    "Training": ("train", "History", "EpochReport"),
    "Estimators and tables": ("MLPClassifier", "MLPRegressor", "TableModel", "TabularClassifier", "TabularRegressor"),
    "Diagnosis": ("diagnose", "Diagnosis", "Watch"),
    "Functions of your own": ("Activation", "Loss"),
    "Other libraries": ("to_onnx", "from_sklearn", "from_torch", "to_torch"),
    "Errors": ("BacklitError", "TrainingError", "CheckError"),
}
"""In which order and under which heading public names stand; a name in none comes last."""


def reference() -> str:
    """Return the page of the reference: each public name, made from its docstring."""
    named = {name for names in GROUPS.values() for name in names}
    groups = {**GROUPS, "More": tuple(name for name in backlit.__all__ if name not in named)}
    parts = [
        "# Reference",
        "Every public name of `backlit`, from its docstring; `bl` is `backlit`.",
    ]
    for heading, names in groups.items():
        there = [name for name in names if name in backlit.__all__]
        if there:
            parts.append(f"## {heading}")
            parts += [f"::: {home(name)}\n    options:\n      heading_level: 3" for name in there]
    return "\n\n".join(parts) + "\n"


def home(name: str) -> str:
    """Return where a public name is written: ``backlit.network.network.Network``."""
    return f"{backlit._HOMES[name]}.{name}"


def on_files(files: Any, config: Any) -> Any:
    """Add the reference to the site's files; it is made anew for each build and stands in no folder."""
    from mkdocs.structure.files import File

    files.append(File.generated(config, "reference.md", content=reference()))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Formulas of the tables in MathML; links that leave the folder lead to no page of the site: their words stay."""
    if page.file.src_uri == "functions.md":
        markdown = runpy.run_path(str(ROOT / "docs" / "make_functions.py"))["page"](as_mathml)
    return re.sub(r"\[([^\]]+)\]\((?:\.\./[^)]*|[\w-]+\.json)\)", r"\1", markdown)


def as_mathml(form: tuple[str, str]) -> str:
    """Return the LaTeX of a formula as MathML, which browsers typeset without a script."""
    from latex2mathml.converter import convert

    return str(convert(form[1]))


def on_page_content(html: str, page: Any, config: Any, files: Any) -> str:
    """Tables scroll by themselves; the picture of the lesson on the start page is the live one in the site."""
    html = html.replace("<table>", '<div class="scrolls" tabindex="0"><table class="rows">')
    html = html.replace("</table>", "</table></div>")
    frame = '<iframe class="live" src="live/lesson.html" title="The lesson, step by step"></iframe>'
    return re.sub(r"<p><img[^>]*page-lesson[^>]*></p>", frame, html) if page.file.src_uri == "index.md" else html


def on_post_build(config: Any) -> None:
    """Write the live page: the lesson's, as ``backlit page`` makes it. Scripts that no page asks for are left out."""
    import shutil

    from backlit.files.cases import LESSON, case_network, case_trace

    scripts = Path(config["site_dir"]) / "assets" / "javascripts"
    # the search of other languages, the bundle (docs/theme/site.js is in its place), and sources of both: two megabytes
    shutil.rmtree(scripts / "lunr", ignore_errors=True)
    for unused in {*scripts.glob("bundle.*"), *scripts.rglob("*.map")}:
        unused.unlink()
    folder = Path(config["site_dir"]) / "live"
    folder.mkdir(exist_ok=True)
    case_trace(LESSON, case_network(LESSON)).page().save(folder / "lesson.html", force=True)
