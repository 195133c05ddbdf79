"""Write the pictures of docs/page.md by a real browser: `python docs/make_page_pictures.py`."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import sync_playwright

import backlit as bl
from backlit.playground.page import Page

IMAGES = Path(__file__).parent / "images"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")

Script = Callable[[Any], None]
Scheme = Literal["light", "dark"]


def press(key: str, times: int = 1) -> Script:
    """Return a script that presses a key."""

    def run(tab: Any) -> None:
        for _ in range(times):
            tab.keyboard.press(key)

    return run


def train(below: float) -> Script:
    """Return a script that trains until the loss is below a number."""

    def run(tab: Any) -> None:
        tab.keyboard.press("2")
        tab.get_by_label("Speed").select_option("fast")
        tab.get_by_role("button", name="Run").click()
        tab.wait_for_function(f"() => backlit.view.trace.loss < {below}", timeout=120_000)
        tab.get_by_role("button", name="Pause").click()

    return run


def be_asked(tab: Any) -> None:
    """Answer the lesson's questions up to the hidden error term, and that one without the slope."""
    tab.keyboard.press("3")
    for text in ("-0.02", "0.495", "0.0495", "0.512", "0.488", "0.122", "0.0122"):
        tab.get_by_label("Your answer").fill(text)
        tab.keyboard.press("Enter")


def compare(tab: Any) -> None:
    """Put the network beside one with relu, and train both for ten epochs."""
    tab.keyboard.press("4")
    epoch = tab.locator("#backlit-compare").get_by_role("button", name="One epoch")
    for _ in range(10):
        epoch.click()
    tab.locator("h1").click()


def large(tab: Any) -> None:
    """Train on the digits, and go to the output's error terms."""
    train(0.2)(tab)
    tab.keyboard.press("1")
    tab.locator("h1").click()
    press("ArrowRight", 6)(tab)


def pictures() -> dict[str, tuple[Page, int, int, Scheme, Script]]:
    """Return each picture's page, width, height, colours, and what is done before it is taken."""
    return {
        "page-lesson": (bl.page(), 1240, 640, "light", press("ArrowRight", 8)),
        "page-train": (bl.page(preset="spirals"), 1240, 900, "light", train(0.03)),
        "page-asked": (bl.page(), 1240, 660, "light", be_asked),
        "page-dark": (bl.page(), 1240, 640, "dark", press("ArrowRight", 10)),
        "page-narrow": (bl.page(), 360, 940, "light", press("ArrowRight", 8)),
        "page-compare": (bl.page(preset="ten-layers"), 1240, 900, "light", compare),
        "page-large": (bl.page(preset="digits"), 1240, 880, "light", large),
    }


def main() -> None:
    """Take every picture."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, (page, width, height, scheme, script) in pictures().items():
            path = Path(folder) / f"{name}.html"
            page.save(path)
            tab = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
            tab.goto(path.as_uri())
            tab.wait_for_timeout(300)
            script(tab)
            tab.wait_for_timeout(200)
            tab.screenshot(path=IMAGES / f"{name}.png")
            tab.close()
        browser.close()


if __name__ == "__main__":
    main()
