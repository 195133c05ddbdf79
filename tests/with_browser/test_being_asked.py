"""Being asked: rounded answers are right, wrong ones are told from known mistakes, and a link keeps the progress."""

import pytest
from seen import handed_on

import backlit as bl

# the lesson's own printed numbers, in the order of the steps
LESSON = ["-0.02", "0.495", "0.0495", "0.512", "0.488", "0.122", "0.003", "0.0302", "0.00015", "0.00045"]


def answer(tab, text):
    tab.get_by_label("Your answer").fill(text)
    tab.keyboard.press("Enter")
    return tab.inner_text(".verdict")


def opened(tab):
    tab.keyboard.press("3")
    return tab


def test_the_lessons_printed_numbers_are_taken_to_the_end(shown):
    tab = opened(shown(bl.page()))
    for i, text in enumerate(LESSON, 1):
        assert f"Question {i} of 10" in tab.inner_text("#backlit-ask")
        assert answer(tab, text).startswith("Right."), text
    assert "That was all: 10 of 10 by yourself." in tab.inner_text("#backlit-ask")


def test_what_is_asked_is_covered_in_the_drawing(shown):
    tab = opened(shown(bl.page()))
    drawing = tab.locator("#backlit-ask .network")
    assert "0.495" not in drawing.text_content()
    for text in LESSON[:2]:
        answer(tab, text)
    assert "0.495" in drawing.text_content()
    for text in LESSON[2:7]:
        answer(tab, text)
    assert "How much is ΔW?" in tab.inner_text("#backlit-ask")
    assert "0.0302" not in tab.inner_text("#backlit-ask")


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        (5, "0.488", "without the slope"),
        (6, "0.0122", "without the slope"),
        (6, "0.00396", "updated"),
        (7, "0.0609", "input"),
        (7, "0.0151", "learning rate"),
        (7, "0.0151", "counted twice. ½"),
        (5, "-0.122", "sign"),
        (1, "-0.495", "look at the sign"),
        (0, "7", "Open the formula"),
        (0, "seven", "no number"),
        (0, "", "no number"),
    ],
)
def test_a_wrong_number_is_told_why(shown, right, wrong, words):
    tab = opened(shown(bl.page()))
    for text in LESSON[:right]:
        answer(tab, text)
    said = answer(tab, wrong)
    assert words in said
    assert not said.startswith("Right")
    assert f"Question {right + 1} of" in tab.inner_text("#backlit-ask")


@pytest.mark.parametrize("text", ["−0.02", "-0,02", "-2e-2", "-2×10^-2", " -.02 "])
def test_a_number_may_be_written_as_people_write(shown, text):
    assert answer(opened(shown(bl.page())), text).startswith("Right.")


def test_a_shown_answer_does_not_count_as_ones_own(shown):
    tab = opened(shown(bl.page()))
    tab.get_by_role("button", name="Show the answer").click()
    assert tab.locator("#backlit-ask .formula math").last.text_content() == "=−0.02"
    answer(tab, "-0.02")
    assert "0 of 1 by yourself" in tab.inner_text("#backlit-ask")


def test_a_teacher_chooses_what_is_asked_and_the_link_keeps_it(shown):
    tab = opened(shown(bl.page()))
    for kind in ("sums", "activations", "errors"):
        tab.get_by_label(kind, exact=True).uncheck()
    assert "Question 1 of 5: Output error term" in tab.inner_text("#backlit-ask")
    answer(tab, "0.122")
    link = handed_on(tab, "link")
    assert "asked=term,steps" in link
    tab.goto("about:blank")
    tab.goto(link)
    tab.wait_for_function("() => window.backlit")
    assert "Question 2 of 5: Hidden error term" in tab.inner_text("#backlit-ask")
    assert "1 of 1 by yourself" in tab.inner_text("#backlit-ask")


def test_changed_numbers_are_asked_anew(shown):
    tab = opened(shown(bl.page()))
    answer(tab, "-0.02")
    tab.keyboard.press("Escape")
    tab.locator("h1").click()
    tab.keyboard.press("1")
    tab.select_option(".settings select >> nth=0", "relu")
    tab.locator("h1").click()
    tab.keyboard.press("3")
    assert "Question 1 of" in tab.inner_text("#backlit-ask")
    for text in ("-0.02", "0", "0", "0.5"):
        assert answer(tab, text).startswith("Right."), text


def given(tab):
    return tab.locator("#backlit-ask details p").text_content()


def test_all_that_a_question_needs_is_given(shown):
    tab = opened(shown(bl.page(preset="two-two-two")))
    assert "Question 1 of" in tab.inner_text("#backlit-ask")
    assert given(tab) == "w₁₁ = 0.15; x₁ = 0.05; w₂₁ = 0.2; x₂ = 0.1; b₁ = 0.35"
    assert answer(tab, "0.3775").startswith("Right.")


def test_a_step_over_several_samples_is_given_all_of_them_and_never_its_answer(shown):
    net = bl.Network.random([2, 1], output="sigmoid", loss="log_loss", seed=0)
    X, y = [[0.5, 0.1], [1, 2], [3, 0]], [[1], [0], [1]]
    tab = opened(shown(net.page(X, y, learning_rate=0.25)))
    for kind in ("sums", "activations", "error terms"):
        tab.get_by_label(kind, exact=True).uncheck()
    assert "η = 0.25" in given(tab)
    assert "x₁ = 0.5, 1, 3" in given(tab)
    step = net.trace(X, y, learning_rate=0.25).layers[0].weight_step[0, 0]
    assert "Δ" not in given(tab)
    assert answer(tab, f"{step:.4g}").startswith("Right.")
    tab.get_by_label("weight steps").uncheck()
    tab.get_by_label("new weights").check()
    new = net.weights[0][0, 0] + step
    assert f"{new:.3g}" not in tab.locator("#backlit-ask .network").text_content()
    assert answer(tab, f"{new:.4g}").startswith("Right.")


def test_what_has_too_many_terms_is_not_asked(shown):
    net = bl.Network.random([9, 2], seed=0)
    tab = opened(shown(net.page([[0.1] * 9] * 7, [[0, 1]] * 7)))
    assert "How much is ŷ₁" in tab.inner_text("#backlit-ask")
    tab.get_by_label("activations").uncheck()
    for kind in ("errors", "error terms"):
        tab.get_by_label(kind, exact=True).uncheck()
    assert "too many terms" in tab.inner_text("#backlit-ask")
