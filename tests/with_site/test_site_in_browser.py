"""The site that `make site` built in a real browser: for everybody to read, and what it fetches of script."""

import gzip
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SITE = ROOT / "out" / "site"
PAGES = sorted(str(page.relative_to(SITE)) for page in SITE.rglob("*.html"))
AXE = (ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RULES = "() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"


def violations(tab):
    """What axe-core finds: each rule, how often, and the first places."""
    found = tab.evaluate(RULES)
    assert found["passes"]
    return [(v["id"], len(v["nodes"]), [n["html"][:160] for n in v["nodes"][:4]]) for v in found["violations"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing(tab, address, page, theme):
    tab.emulate_media(color_scheme=theme)
    tab.goto(f"{address}/{page}", wait_until="load")
    tab.evaluate(AXE)
    assert violations(tab) == []


@pytest.mark.parametrize("page", PAGES)
def test_a_narrow_screen_need_not_be_scrolled_sideways(tab, address, page):
    tab.set_viewport_size({"width": 360, "height": 800})
    tab.goto(f"{address}/{page}", wait_until="load")
    assert tab.evaluate("() => document.documentElement.scrollWidth") <= 360


def test_axe_can_find_something(tab, address):
    tab.goto(f"{address}/index.html", wait_until="load")
    tab.evaluate(AXE)
    tab.evaluate("() => document.querySelector('article p').style.setProperty('color', '#ddd')")
    assert [rule for rule, *_ in violations(tab)] == ["color-contrast"]


def test_search_finds_a_page(tab, address):
    tab.goto(f"{address}/index.html", wait_until="load")
    tab.keyboard.press("/")
    tab.keyboard.type("follow-through")
    tab.wait_for_selector(".md-search-result__item a")
    assert "/teaching/" in tab.get_attribute(".md-search-result__item a", "href")


def test_what_a_page_fetches_of_script(tab, address):
    fetched = []
    tab.on("response", lambda r: fetched.append(r) if r.url.partition("?")[0].endswith(".js") else None)
    tab.goto(f"{address}/teaching/", wait_until="load")
    tab.keyboard.press("/")
    tab.keyboard.type("tanh")
    tab.wait_for_selector(".md-search-result__item a")
    sizes = {r.url.rpartition("/")[2].partition(".")[0]: len(gzip.compress(r.body())) for r in fetched}
    assert set(sizes) <= {"bundle", "search"}
    # as servers send it; docs/figures.md says what it is unpacked
    assert sum(sizes.values()) <= 50_000
