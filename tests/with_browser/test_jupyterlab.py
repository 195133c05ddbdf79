"""The page and the widget in a real JupyterLab: run, saved, reopened, exported; and there and back."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest
from nbconvert import HTMLExporter

from backlit.files.atomic import write_whole

NET = "import backlit as bl\nnet = bl.Network.from_weights([[[0.4], [-0.2]], [[0.1]]])\n"
PAGE = [NET + "net.page([0.1, 0.3], 1, learning_rate=0.5)"]
PLAYGROUND = [
    NET + "playground = bl.Playground(net, [0.1, 0.3], 1)\nplayground",
    "print('it is', playground.network.weights[1].ravel().tolist())",
    "playground.network = bl.Network.random([2, 5, 1], activation='relu', seed=1)",
    "print('now', [W.shape for W in playground.network.weights])",
]
# it listens on this machine alone, and asks nobody for updates or extensions
OPTIONS = [
    "--no-browser",
    "--allow-root",
    "--ServerApp.ip=127.0.0.1",
    "--IdentityProvider.token=",
    "--ServerApp.password=",
    "--ServerApp.disable_check_xsrf=True",
    "--ServerApp.port_retries=0",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
]
START_S = 90
SHOWN_MS = 90_000


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def asked(url, method="GET"):
    with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=10) as answer:
        return answer.read()


def wait_for(server, url, log):
    for _ in range(START_S * 2):
        try:
            return asked(f"{url}/api/status")
        except OSError:
            assert server.poll() is None, log.read_text(encoding="utf-8")
            time.sleep(0.5)
    raise AssertionError(log.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab with two notebooks: its address and its folder."""
    folder, home = tmp_path_factory.mktemp("books"), tmp_path_factory.mktemp("home")
    for name, cells in (("page", PAGE), ("playground", PLAYGROUND)):
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(book, folder / f"{name}.ipynb")
    places = {f"JUPYTER_{kind}_DIR": str(home / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    url, log = f"http://127.0.0.1:{free_port()}", home / "log.txt"
    command = [sys.executable, "-m", "jupyterlab", *OPTIONS, f"--ServerApp.port={url.rpartition(':')[2]}"]
    environment = {**os.environ, **places, "IPYTHONDIR": str(home / "ipython")}
    with log.open("wb") as out:
        server = subprocess.Popen([*command, f"--ServerApp.root_dir={folder}"], env=environment, stdout=out, stderr=out)
    try:
        wait_for(server, url, log)
        yield url, folder
        for kernel in json.loads(asked(f"{url}/api/kernels")):
            asked(f"{url}/api/kernels/{kernel['id']}", "DELETE")
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@pytest.fixture
def opened(browser, lab):
    """Open a notebook in a tab from which nothing but its server is asked."""
    url, contexts, outside = lab[0], [], []

    def let_inside(route):
        if route.request.url.startswith((url, "data:", "blob:", "about:")):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    def open_notebook(name):
        contexts.append(browser.new_context(viewport={"width": 1400, "height": 1000}))
        contexts[-1].route("**/*", let_inside)
        tab = contexts[-1].new_page()
        tab.set_default_timeout(SHOWN_MS)
        tab.goto(f"{url}/lab/tree/{name}.ipynb?reset", wait_until="domcontentloaded")
        tab.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
        # what is run before the kernel is there is not run
        tab.locator("#jp-main-statusbar", has_text="| Idle").wait_for()
        return tab

    yield open_notebook
    for context in contexts:
        context.close()
    assert outside == []


def run_cell(tab, number):
    """Run a cell as its user does, and wait until it has run."""
    cell = tab.locator(".jp-Notebook .jp-CodeCell").nth(number)
    cell.locator(".cm-content").click()
    tab.keyboard.press("Control+Enter")
    cell.locator(".jp-InputPrompt", has_text=f"[{number + 1}]:").wait_for()
    return cell


def assert_steps(frame):
    """It steps on to the hidden error term, with the lesson's number."""
    frame.locator(".panel h2").wait_for()
    for _ in range(8):
        frame.get_by_role("button", name="Next").click()
    assert "Hidden error term" in frame.locator(".panel").inner_text()
    assert "=0.003" in frame.locator(".panel .formula").last.text_content().replace(" ", "")


def test_a_page_is_run_saved_reopened_and_exported(browser, opened, lab):
    url, folder = lab
    path = folder / "page.ipynb"
    tab = opened("page")
    assert_steps(run_cell(tab, 0).frame_locator("iframe[title=backlit]"))
    tab.locator(".jp-Notebook .cm-content").first.click()
    tab.keyboard.press("Control+s")
    for _ in range(100):
        # empty where JupyterLab is just writing it
        text = path.read_text(encoding="utf-8")
        if text and nbformat.reads(text, as_version=4).cells[0].outputs:
            break
        tab.wait_for_timeout(100)
    tab.context.close()
    # what was saved works without being run again: the kernel that made it is gone
    for kernel in json.loads(asked(f"{url}/api/kernels")):
        asked(f"{url}/api/kernels/{kernel['id']}", "DELETE")
    assert_steps(opened("page").frame_locator(".jp-OutputArea iframe[title=backlit]"))
    html, _ = HTMLExporter().from_filename(str(path))
    write_whole(folder / "page.html", html.encode("utf-8"))
    alone = browser.new_context(offline=True)
    exported = alone.new_page()
    exported.goto((folder / "page.html").as_uri(), wait_until="domcontentloaded")
    assert_steps(exported.frame_locator("iframe[title=backlit]"))
    alone.close()


def test_a_playground_goes_there_and_back(opened):
    tab = opened("playground")
    frame = run_cell(tab, 0).frame_locator("iframe[title=backlit]")
    frame.locator(".panel h2").wait_for()
    frame.locator('#backlit-step [data-address="L2.w[1,1]"]').focus()
    tab.keyboard.press("Enter")
    field = frame.locator(".own input[type=number]")
    field.fill("2.5")
    field.press("Enter")
    tab.wait_for_timeout(1000)  # the page tells its host a moment later
    run_cell(tab, 1).get_by_text("it is [2.5]").wait_for()
    run_cell(tab, 2)
    frame.get_by_text("Network 2-5-1: relu, sigmoid").wait_for()
    run_cell(tab, 3).get_by_text("now [(2, 5), (5, 1)]").wait_for()
