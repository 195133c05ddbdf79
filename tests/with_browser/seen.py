"""What a user sees and points at in the page."""

import re


def point_at(tab, address):
    """Click on the middle of a thing in the drawing."""
    tab.locator(".network").scroll_into_view_if_needed()
    box = tab.eval_on_selector(
        f'[data-address="{address}"]',
        "(e) => { const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; }",
    )
    tab.mouse.click(*box)
    assert tab.get_attribute(f'[data-address="{address}"]', "aria-pressed") == "true"


def steps_of(tab):
    return int(re.search(r"of (\d+)", tab.inner_text(".place"))[1])
