"""The site that `make site` built: public names are in it, links lead somewhere, nothing comes from elsewhere."""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest

import backlit as bl

ROOT = Path(__file__).parents[2]
SITE = ROOT / "out" / "site"
PAGES = sorted(SITE.rglob("*.html"))
FETCHED = {
    ("link", "href"),
    ("script", "src"),
    ("img", "src"),
    ("iframe", "src"),
    ("source", "src"),
    ("object", "data"),
}
"""What a browser fetches by itself, where a link of a <a> waits for its reader."""


class Read(HTMLParser):
    """The addresses and the identifiers of a page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.fetched, self.ids, self.rel = [], [], set(), None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids |= {found[key] for key in ("id", "name") if found.get(key)}
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        for key, value in found.items():
            canonical = tag == "link" and found.get("rel") in ("canonical", "alternate", "prev", "next", "edit")
            if (tag, key) in FETCHED and value and not canonical:
                self.fetched.append(value)


@cache
def read(path):
    return Read(path.read_text(encoding="utf-8"))


def name_of(path):
    return str(path.relative_to(SITE))


def test_there_is_a_site():
    assert len(PAGES) > 20
    assert (SITE / "index.html") in PAGES


def test_every_public_name_is_in_the_reference_with_its_docstring():
    from backlit import _HOMES

    page = SITE / "reference" / "index.html"
    missing = [name for name in bl.__all__ if f"{_HOMES[name]}.{name}" not in read(page).ids]
    assert missing == []
    text = re.sub(r"<[^>]+>|\s+", " ", page.read_text(encoding="utf-8"))
    for name in bl.__all__:
        first = re.split(r"[.:;(`]", (getattr(bl, name).__doc__ or "").strip())[0]
        words = " ".join(re.sub(r"[^\w ]", " ", first).split()[:4])
        assert words, name
        assert words in " ".join(re.sub(r"[^\w ]", " ", text).split()), name


def test_examples_of_docstrings_are_code_and_not_quoted():
    text = (SITE / "reference" / "index.html").read_text(encoding="utf-8")
    assert text.count('class="highlight"') > 20
    assert "<blockquote>" not in text


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_nothing_is_fetched_from_another_host(path):
    elsewhere = [address for address in read(path).fetched if urlsplit(address).netloc or address.startswith("//")]
    assert elsewhere == []


@pytest.mark.parametrize("path", sorted(SITE.rglob("*.css")), ids=name_of)
def test_no_style_fetches_from_another_host(path):
    assert re.findall(r"(?:url\(|@import )[\"']?(?:https?:)?//[^)\"']*", path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_links_and_anchors_lead_somewhere(path):
    broken = []
    for link in read(path).links + read(path).fetched:
        address, anchor = urldefrag(link)
        if urlsplit(link).scheme or link.startswith("//"):
            continue
        # the page of what is not found has addresses from the root
        folder = SITE if address.startswith("/") else path.parent
        target = (folder / unquote(address.lstrip("/"))).resolve() if address else path
        target = target / "index.html" if target.is_dir() else target
        if not target.is_file() or (anchor and target.suffix == ".html" and unquote(anchor) not in read(target).ids):
            broken.append(link)
    assert broken == []


def test_the_start_has_the_live_page():
    assert 'src="live/lesson.html"' in (SITE / "index.html").read_text(encoding="utf-8")
    live = (SITE / "live" / "lesson.html").read_text(encoding="utf-8")
    assert "<script" in live
    assert '"layers":[{"shape":[2,1]' in live


def test_pages_of_the_repository_are_all_in_the_site():
    for page in (ROOT / "docs").glob("*.md"):
        made = SITE / ("index.html" if page.stem == "index" else f"{page.stem}/index.html")
        assert made in PAGES, page.name


def test_formulas_of_the_tables_are_typeset():
    from backlit.equations.activation_table import ACTIVATIONS
    from backlit.equations.loss_table import LOSSES

    text = (SITE / "functions" / "index.html").read_text(encoding="utf-8")
    assert text.count("<math") == 2 * (len(ACTIVATIONS) + len(LOSSES))
    assert "<mfrac>" in text
    assert "#z" not in text
