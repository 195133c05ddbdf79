"""The built site, served on this machine alone, and a real browser before it."""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from real_browser import launched, watched

SITE = Path(__file__).parents[2] / "out" / "site"


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a line for each."""

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="session")
def address():
    """Where the site is served: as a reader has it, since search needs a server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(SITE)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def browser():
    with launched() as browser:
        yield browser


@pytest.fixture
def tab(browser, address):
    """A page of the browser in which no error goes unseen, and from which nothing is asked of another host."""
    with watched(browser, address, seconds=20) as page:
        yield page
