"""The site that `make site` built in a real browser: for everybody to read, and what it fetches of script."""

import gzip
from pathlib import Path

import pytest
from real_browser import watched

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


def opened(tab, address, page, query=None):
    """A page, and its search open with a query in it."""
    tab.goto(f"{address}/{page}", wait_until="load")
    if query:
        tab.keyboard.press("/")
        tab.keyboard.type(query)
        tab.wait_for_selector(".md-search-result__item a")


def test_search_finds_a_page(tab, address):
    opened(tab, address, "index.html", "follow-through")
    assert "/teaching/" in tab.get_attribute(".md-search-result__item a", "href")
    tab.evaluate(AXE)
    assert violations(tab) == []


def test_search_is_gone_through_by_the_keyboard(tab, address):
    opened(tab, address, "index.html", "focal loss")
    first = tab.get_attribute(".md-search-result__item a", "href")
    tab.keyboard.press("ArrowDown")
    assert tab.evaluate("() => document.activeElement.href") == first
    tab.keyboard.press("Escape")
    assert not tab.is_checked("#__search")
    tab.keyboard.press("Control+k")
    tab.keyboard.type("focal loss")
    tab.keyboard.press("Enter")
    tab.wait_for_url(first)


def test_search_says_where_there_is_nothing(tab, address):
    opened(tab, address, "teaching/", "tanh")
    tab.fill(".md-search__input", "qwertzuiop")
    tab.wait_for_function("() => document.querySelector('.md-search-result__meta').textContent.startsWith('No ')")
    assert tab.query_selector(".md-search-result__item") is None


def test_a_site_that_is_opened_from_disk_says_what_its_search_needs(browser):
    with watched(browser, SITE.as_uri(), seconds=20) as page:
        page.goto(f"{SITE.as_uri()}/index.html", wait_until="load")
        page.focus(".md-search__input")
        page.wait_for_function("() => document.querySelector('.md-search-result__meta').textContent.includes('server')")


def test_the_colours_are_the_systems_until_another_is_chosen_and_then_remembered(tab, address):
    def is_now(scheme):
        tab.wait_for_selector(f"body[data-md-color-scheme={scheme}]")

    tab.emulate_media(color_scheme="dark")
    opened(tab, address, "learn/")
    is_now("slate")
    tab.emulate_media(color_scheme="light")
    is_now("default")
    tab.click(".md-header__option label:visible")
    is_now("slate")
    opened(tab, address, "teach/")
    is_now("slate")
    tab.focus("#__palette_1")
    tab.keyboard.press("Enter")
    is_now("default")


def test_code_is_copied(tab, address):
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened(tab, address, "install/")
    tab.click(".md-code__button >> nth=0")
    tab.wait_for_selector(".md-dialog--active")
    code = tab.inner_text(".md-typeset pre > code >> nth=0").rstrip()
    assert tab.evaluate("() => navigator.clipboard.readText()") == code


def test_the_section_that_is_read_is_marked_in_the_contents(tab, address):
    tab.set_viewport_size({"width": 1400, "height": 700})
    opened(tab, address, "teaching/")
    tab.evaluate("() => document.getElementById('gradescope').scrollIntoView()")
    tab.wait_for_selector(".md-sidebar--secondary .md-nav__link--active[href='#gradescope']", state="visible")
    assert len(tab.query_selector_all(".md-sidebar--secondary .md-nav__link--active")) == 1
    tab.mouse.wheel(0, -300)
    tab.click(".md-top:not([hidden])")
    tab.wait_for_function("() => scrollY === 0")


def test_lists_beside_a_long_page_are_no_higher_than_the_window(tab, address):
    tab.set_viewport_size({"width": 1400, "height": 500})
    opened(tab, address, "reference/")
    tab.evaluate("() => scrollTo(0, 5000)")
    for side in ("primary", "secondary"):
        box = tab.query_selector(f".md-sidebar--{side} .md-sidebar__scrollwrap").bounding_box()
        assert box["y"] >= 40
        assert box["y"] + box["height"] <= 500
        assert box["height"] > 300


def test_the_drawer_opens_by_the_keyboard(tab, address):
    tab.set_viewport_size({"width": 400, "height": 800})
    opened(tab, address, "learn/")
    tab.focus("label.md-header__button[for=__drawer]")
    tab.keyboard.press("Enter")
    assert tab.is_checked("#__drawer")
    tab.focus("label[for=__nav_4]")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("a[href='../explain/']", state="visible")


def test_what_a_page_fetches_of_script(tab, address):
    fetched = []
    tab.on("response", lambda r: fetched.append(r) if r.url.partition("?")[0].endswith(".js") else None)
    opened(tab, address, "teaching/", "tanh")
    bodies = {r.url.rpartition("/")[2].partition(".")[0]: r.body() for r in fetched}
    assert set(bodies) == {"site", "search"}
    inline = tab.evaluate("() => [...document.scripts].filter(s => !s.src).map(s => s.textContent).join('')")
    bodies["inline"] = inline.encode()
    # the figures of docs/figures.md: unpacked, and as servers send it
    assert sum(map(len, bodies.values())) <= 60_000
    assert sum(len(gzip.compress(body)) for body in bodies.values()) <= 20_000
