"""Debian's Chromium, driven by Playwright, for tests of the page and of the site."""

import os
import shutil
from contextlib import contextmanager

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def launched():
    """Within, a browser; it fails where none is installed."""
    from playwright.sync_api import sync_playwright

    assert CHROMIUM, "no chromium is installed; see `make test-page`"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def watched(browser, allowed, *, seconds, **options):
    """Within, a page of the browser in which no error goes unseen, and which asks for nothing but ``allowed``.

    ``allowed``: what addresses may begin with, besides those that hold their own content. ``seconds`` that it waits.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 800}, **options)
    page = context.new_page()
    page.set_default_timeout(1000 * seconds)
    problems, requests = [], []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: requests.append(request.url))
    yield page
    context.close()
    assert problems == []
    assert [url for url in requests if not url.startswith((allowed, "data:", "about:", "blob:"))] == []
