"""A real browser: Debian's Chromium, driven by Playwright, with no network."""

import pytest
from real_browser import launched, watched


@pytest.fixture(scope="session")
def browser():
    with launched() as browser:
        yield browser


@pytest.fixture
def tab(browser):
    """A page of the browser in which no error goes unseen and from which no request leaves."""
    with watched(browser, "file:", seconds=10, offline=True) as page:
        yield page


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
