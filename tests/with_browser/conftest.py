"""A real browser: Debian's Chromium, driven by Playwright, with no network."""

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser():
    assert CHROMIUM, "no chromium is installed; see `make test-page`"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def tab(browser):
    """A page of the browser in which no error goes unseen and from which no request leaves."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True)
    page = context.new_page()
    page.set_default_timeout(10_000)
    problems, requests = [], []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: requests.append(request.url))
    yield page
    context.close()
    assert problems == []
    assert [url for url in requests if not url.startswith(("file:", "data:", "about:", "blob:"))] == []


@pytest.fixture
def shown(tab, tmp_path):
    """Show a page from a file."""

    def show(page, fragment=""):
        path = tmp_path / "page.html"
        page.save(path, force=True)
        tab.goto("about:blank")
        tab.goto(path.as_uri() + (f"#{fragment}" if fragment else ""))
        tab.wait_for_function("() => window.backlit")
        return tab

    return show
