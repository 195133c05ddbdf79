"""What a user sees and points at in the page."""

import re


def point_at(tab, address):
    """Click on the middle of a thing in the drawing."""
    tab.locator("#backlit-step .network").scroll_into_view_if_needed()
    box = tab.eval_on_selector(
        f'#backlit-step [data-address="{address}"]',
        "(e) => { const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; }",
    )
    tab.mouse.click(*box)
    assert tab.get_attribute(f'#backlit-step [data-address="{address}"]', "aria-pressed") == "true"


def steps_of(tab):
    return int(re.search(r"of (\d+)", tab.inner_text(".place"))[1])


def handed_on(tab, kind):
    """The text of what the page hands on: "link", "numpy" or "case"."""
    tab.get_by_role("button", name="Hand on").click()
    tab.locator(".hand-on select").select_option(kind)
    text = tab.locator(".hand-on textarea").input_value()
    tab.locator(".hand-on").get_by_role("button", name="Close").click()
    return text
