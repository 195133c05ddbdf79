"""How fast the page is in a real browser: `make test-page` installs what this needs."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from arguments import given

import backlit as bl
from backlit.playground.bundle import WEB
from backlit.playground.page import Page

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
REPEATS = 5
ESBUILD = Path(__file__).parents[1] / "web/node_modules/.bin/esbuild"

DRAG = """
async () => {
  const slider = document.querySelector("#backlit-step .own input[type=range]");
  const times = [];
  for (let i = 0; i < 60; i++) {
    slider.value = String(0.01 * i);
    const began = performance.now();
    slider.dispatchEvent(new Event("input", {bubbles: true}));
    document.body.getBoundingClientRect();
    times.push(performance.now() - began);
    await new Promise(requestAnimationFrame);
  }
  return times.sort((a, b) => a - b)[30];
}
"""

EPOCHS = """
import { stateOf } from "./state.js";
import { freshRun, trainEpoch } from "./training.js";
window.epochs = () => {
  const plan = {optimizer: "adam", settings: data.tables.optimizers.adam.defaults, decay: 0, batch: 32};
  let now = {state: stateOf(data), run: freshRun(data.tables, stateOf(data))};
  const began = performance.now();
  for (let i = 0; i < 100; i++) now = trainEpoch(data.tables, now.state, now.run, plan);
  return performance.now() - began;
};
"""


def opened(browser: Any, page: Page, folder: str) -> tuple[Any, float]:
    """Open a page from disk; return its tab and the seconds until it is there."""
    path = Path(folder) / "page.html"
    page.save(path, force=True)
    tab = browser.new_page(viewport={"width": 1280, "height": 800})
    tab.goto(path.as_uri())
    tab.wait_for_function("() => window.backlit")
    return tab, tab.evaluate("() => performance.getEntriesByName('backlit')[0].startTime") / 1000


def start_up(browser: Any, page: Page, folder: str) -> float:
    """Return the least seconds that a page takes to open."""
    seconds = []
    for _ in range(REPEATS):
        tab, took = opened(browser, page, folder)
        seconds.append(took)
        tab.close()
    return min(seconds)


def drag(browser: Any, folder: str) -> float:
    """Return the median milliseconds in which 1,000 weights follow a dragged one, with their drawing and panels."""
    net = bl.Network.random([20, 25, 20], biases=False, seed=0)
    tab, _ = opened(browser, net.page(np.random.default_rng(0).normal(size=20), np.full(20, 0.5)), folder)
    tab.locator('#backlit-step [data-address^="L1.u"]').first.focus()
    for key in ("Enter", "Enter", "Enter"):
        tab.keyboard.press(key)
    tab.wait_for_selector("#backlit-step .own input[type=range]")
    median = min(tab.evaluate(DRAG) for _ in range(REPEATS))
    tab.close()
    return float(median)


def hundred_epochs(browser: Any) -> float:
    """Return the least seconds for 100 epochs of Adam, 2-8-8-1 on 400 rows in batches of 32."""
    rng = np.random.default_rng(0)
    net = bl.Network.random([2, 8, 8, 1], activation="tanh", output="sigmoid", loss="log_loss", seed=0)
    page = net.page(rng.normal(size=(400, 2)), rng.integers(0, 2, (400, 1)))
    held = re.search(r'id="backlit-data">(.*?)</script>', page.html, re.DOTALL)
    tab = browser.new_page()
    code = f"const data = {held and held[1]};\n{EPOCHS}"
    bundled = subprocess.run(
        [ESBUILD, "--bundle", "--format=esm"], cwd=WEB, input=code, check=True, stdout=-1, text=True
    )
    tab.add_script_tag(content=bundled.stdout, type="module")
    tab.wait_for_function("() => window.epochs")
    least = min(tab.evaluate("() => epochs()") for _ in range(REPEATS)) / 1000
    tab.close()
    return float(least)


def large() -> Page:
    """Return the page of a 784-512-512-10 network in float32 with 200 samples."""
    rng = np.random.default_rng(0)
    net = bl.Network.random([784, 512, 512, 10], activation="relu", output="softmax", seed=0, dtype=np.float32)
    page: Page = net.page(rng.random((200, 784), dtype=np.float32), rng.integers(0, 10, 200))
    return page


def main() -> None:
    """Measure and print."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        lesson, big = bl.page(), large()
        print(
            f"the lesson's page: {len(lesson.html) / 1000:.0f} kB, opens in {start_up(browser, lesson, folder):.2f} s"
        )
        print(f"784-512-512-10 with 200 samples: {len(big.html) / 1e6:.1f} MB, ", end="")
        print(f"opens in {start_up(browser, big, folder):.2f} s")
        print(f"a drag at 1,000 weights: {drag(browser, folder):.1f} ms at the median")
        print(f"100 epochs of 2-8-8-1 on 400 rows: {hundred_epochs(browser):.2f} s")
        browser.close()


if __name__ == "__main__":
    given(__doc__)
    main()
