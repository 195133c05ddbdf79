"""A teacher's link hides what the learner need not see, and nothing else."""

import pytest
from seen import AXE, assert_accessible, handed_on, sized

import backlit as bl


def teachers_link(tab, *words):
    tab.get_by_role("button", name="Hand on").click()
    for text in words:
        tab.locator(".hand-on").get_by_label(text).check()
    link = tab.locator(".hand-on textarea").input_value()
    tab.locator(".hand-on").get_by_role("button", name="Close").click()
    return link


def opened(tab, link):
    tab.goto("about:blank")
    tab.goto(link)
    tab.wait_for_function("() => window.backlit")
    return tab


def test_a_teachers_link_hides_views_and_numbers(shown):
    tab = shown(bl.page())
    tab.keyboard.press("3")
    link = teachers_link(tab, "the view Train", "the view Compare", "Show the answer", "changing numbers")
    assert "hide=train,compare,answers,numbers" in link
    opened(tab, link)
    assert [t for t in tab.get_by_role("tab").all_inner_texts() if t] == ["Step through", "Be asked"]
    assert tab.get_by_role("button", name="Show the answer").count() == 0
    tab.locator("h1").click()
    tab.keyboard.press("2")
    assert tab.get_by_role("tab", selected=True).inner_text() == "Be asked"
    tab.get_by_role("tab", name="Be asked").focus()
    tab.keyboard.press("ArrowRight")
    assert tab.get_by_role("tab", selected=True).inner_text() == "Step through"
    assert not tab.get_by_label("Sizes").is_visible()
    tab.locator('#backlit-step [data-address="L2.w[1,1]"]').focus()
    tab.keyboard.press("Enter")
    assert tab.inner_text(".own h3").startswith("W")
    assert not tab.locator(".own input[type=number]").is_visible()
    # and what the learner hands on hides nothing more, and nothing less
    assert "hide=train,compare,answers,numbers" in handed_on(tab, "link")


def test_no_key_does_what_is_hidden(shown):
    tab = shown(bl.page())
    opened(tab, teachers_link(tab, "undo, back"))
    tab.get_by_label("Activation of hidden layer").select_option("tanh")
    changed = tab.evaluate("() => backlit.view.trace.loss")
    tab.locator("h1").click()
    for key in ("Control+z", "r", "Control+y"):
        tab.keyboard.press(key)
        assert tab.evaluate("() => backlit.view.trace.loss") == changed


def test_without_it_nothing_is_hidden_and_strange_parts_are_ignored(shown):
    tab = shown(bl.page())
    link = handed_on(tab, "link")
    assert "hide" not in link
    opened(tab, f"{link}&hide=constructor,page,train")
    assert [t for t in tab.get_by_role("tab").all_inner_texts() if t] == ["Step through", "Be asked", "Compare"]
    assert tab.locator(".panel h2").is_visible()


@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_where_parts_are_hidden(shown, width):
    tab = shown(bl.page())
    opened(tab, teachers_link(tab, "the table", "undo, back", "how much error", "the view Step"))
    sized(tab, width)
    tab.evaluate(AXE.read_text(encoding="utf-8"))
    tab.keyboard.press("3")
    assert_accessible(tab, width)
