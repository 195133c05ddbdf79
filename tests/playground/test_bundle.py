"""The script that the package holds is of the modules as they are; `make test-page` builds it anew and compares."""

import re

from backlit.playground.bundle import WEB, digest, script
from backlit.playground.record import OPERATIONS


def test_the_bundle_is_of_the_modules_as_they_are():
    assert digest() in script().splitlines()[0], "the page's modules have changed: run `make page`"


def test_the_page_numbers_operations_as_they_are_recorded():
    text = (WEB / "program.js").read_text("utf-8")
    names = "".join(re.findall(r'"([\w ]+)"', text.partition("NAMES = (")[2].partition(")")[0]))
    assert names.split() == list(OPERATIONS)
