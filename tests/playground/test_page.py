"""The page's file: whole, safe in any text, and never in the place of another; `backlit page` as a user has it."""

import json
import re
import webbrowser
from base64 import b64encode
from hashlib import sha256
from html import unescape

import numpy as np
import pytest
from command_line import assert_one_sentence, assert_refused, backlit

import backlit as bl
from backlit.errors import BacklitError
from backlit.explain.rounding import rounded_trace
from backlit.playground.data import state_data
from backlit.playground.presets import PRESETS, preset_trace

LESSON = [[[0.4], [-0.2]], [[0.1]]]


def data_of(html):
    return json.loads(re.search(r'id="backlit-data">(.*?)</script>', html, re.DOTALL)[1])


def test_the_page_holds_the_network_its_samples_and_every_row():
    net = bl.Network.random([3, 4, 2], activation="gelu", output="softmax", seed=0)
    held = data_of(net.page([[0.5, 0.1, -0.2], [1, 2, 3]], [1, 0], learning_rate=0.25).html)
    assert [np.shape(layer["weights"]) for layer in held["layers"]] == [(3, 4), (4, 2)]
    assert held["layers"][0]["weights"] == net.weights[0].tolist()
    assert (held["X"], held["Y"]) == ([[0.5, 0.1, -0.2], [1, 2, 3]], [[0, 1], [1, 0]])
    assert (held["learning_rate"], held["loss"], held["sample"]) == (0.25, "cross_entropy", 0)
    assert "gelu" in held["tables"]["activations"]


def test_the_page_without_a_network_is_the_lessons():
    held = data_of(bl.page().html)
    assert [layer["weights"] for layer in held["layers"]] == LESSON
    assert held["layers"][0]["biases"] is None
    assert (held["X"], held["Y"], held["learning_rate"]) == ([[0.1, 0.3]], [[1]], 0.5)


def test_the_policy_lets_the_files_own_script_and_style_run_and_nothing_else():
    html = bl.page().html
    policy = unescape(re.search(r'Content-Security-Policy" content="(.*?)"', html)[1])
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    (code,) = re.findall(r'<script type="module">(.*?)</script>', html, re.DOTALL)
    (css,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    for kind, text in (("script-src", code), ("style-src", css)):
        assert rules[kind] == f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
    assert rules["default-src"] == "'none'"
    assert not re.search(r"https?://(?!www\.w3\.org/)", code + css)
    assert html.count("<script") == 2
    assert not re.search(r"\son\w+=", html.replace(code, ""))


def test_the_page_is_small():
    html = bl.page().html
    held = re.search(r'id="backlit-data">(.*?)</script>', html, re.DOTALL)[1]
    assert len(html.encode()) - len(held.encode()) < 120_000
    data = json.loads(held)
    presets = len(json.dumps(data.pop("presets"), separators=(",", ":")))
    assert len(held.encode()) - presets < 40_000
    assert presets < 25_000


def test_the_page_holds_the_small_presets_as_they_are():
    held = {preset["name"]: preset for preset in data_of(bl.page().html)["presets"]}
    assert set(PRESETS) - set(held) == {"digits"}
    for name, preset in held.items():
        trace = preset_trace(name)
        right = json.loads(json.dumps(state_data(trace, most=None)))
        assert preset == {"name": name, "words": PRESETS[name].words, **right}, "run `make page`"


def test_a_notebook_shows_the_page_in_a_frame():
    page = bl.page()
    shown = page._repr_html_()
    assert shown.startswith("<iframe srcdoc=")
    assert unescape(re.search(r'srcdoc="(.*?)"', shown, re.DOTALL)[1]) == page.html
    assert 'title="backlit"' in shown


def test_a_file_that_is_there_stays(tmp_path):
    path = tmp_path / "page.html"
    path.write_text("mine")
    with pytest.raises(BacklitError, match="force=True"):
        bl.page().save(path)
    assert path.read_text() == "mine"
    bl.page().save(path, force=True)
    assert path.read_text(encoding="utf-8") == bl.page().html
    assert [p.name for p in tmp_path.iterdir()] == ["page.html"]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: bl.page(X=[1.0], y=1), "need a network"),
        (lambda: bl.page(bl.Network.from_weights(LESSON)), "needs a sample"),
        (lambda: bl.page(bl.Network.from_weights(LESSON), [1.0], 1, preset="xor"), "its own network"),
        (lambda: bl.page(bl.Network.from_weights(LESSON), [1.0], 1), "input"),
        (lambda: bl.Network.from_weights(LESSON).trace([0.1, 0.3], 1).page(sample=2), "from 1 to 1"),
        (lambda: rounded_trace(bl.Network.from_weights(LESSON).trace([0.1, 0.3], 1)).page(), "not rounded"),
        (
            lambda: bl.Network.random([2, 3, 1], dropout=0.5, seed=0).trace([1, 2], 1, dropout_seed=0).page(),
            "no dropout",
        ),
        (lambda: bl.page(image=(3, 4)), "of the 2 inputs, got 3 by 4"),
        (lambda: bl.page(image=12), "two whole numbers"),
    ],
)
def test_what_has_no_page_is_refused_in_a_sentence(make, words):
    with pytest.raises(BacklitError, match=words) as refused:
        make()
    assert_one_sentence(str(refused.value))


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A cache folder of its own, and a browser that only notes what it is shown."""
    shown = []
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(webbrowser, "open", lambda url: bool(shown.append(url)) or True)
    return shown


def test_the_command_opens_the_lessons_page(home, tmp_path):
    result = backlit("page")
    path = tmp_path / "cache" / "backlit" / "page.html"
    assert (result.status, result.out, home) == (0, "", [path.as_uri()])
    assert f"wrote {path}" in result.err
    assert path.read_text(encoding="utf-8") == bl.page().html
    # the cache's own file is replaced the next time
    assert backlit("page").status == 0


def test_without_a_browser_the_command_says_so_and_where_the_page_is(home, monkeypatch):
    monkeypatch.setattr(webbrowser, "open", lambda url: False)
    result = backlit("page")
    assert result.status == 0
    assert "no browser" in result.err
    assert "page.html" in result.err
    with pytest.raises(BacklitError, match=r"no browser .*page\.html"):
        bl.page().open()


def test_the_command_writes_a_case_and_a_row_of_a_network(home, tmp_path):
    (tmp_path / "case.toml").write_text("sizes = [3, 4, 2]\ninput = [0.5, 0.1, -0.2]\ntarget = [1, 0]\n")
    assert backlit("page", "case.toml", "--out", "case.html").status == 0
    assert data_of((tmp_path / "case.html").read_text("utf-8"))["X"] == [[0.5, 0.1, -0.2]]
    bl.Network.random([3, 4, 2], output="softmax", seed=0).save("net.safetensors")
    (tmp_path / "rows.csv").write_text("a,b,c,target\n1,2,3,0\n4,5,6,1\n")
    result = backlit("page", "net.safetensors", "--data", "rows.csv", "--row", "2", "--out", "row.html")
    assert result.status == 0, result.err
    held = data_of((tmp_path / "row.html").read_text("utf-8"))
    assert (held["X"], held["Y"]) == ([[4, 5, 6]], [[0, 1]])
    rows = ("--data", "rows.csv", "--image")
    assert backlit("page", "net.safetensors", *rows, "1x3", "--out", "image.html").status == 0
    assert data_of((tmp_path / "image.html").read_text("utf-8"))["image"] == [1, 3]
    assert_refused(backlit("page", "net.safetensors", *rows, "1 by 3", "--out", "no.html"), "such as 28x20")
    assert_refused(backlit("page", "net.safetensors", *rows, "2x3", "--out", "no.html"), "2 by 3")
    assert home == []


def test_the_command_takes_the_networks_of_explain(home, tmp_path):
    given = ("--sizes", "3-4-2", "--activation", "tanh", "--output", "softmax", "--input", "1,2,3", "--target", "1")
    assert backlit("page", *given, "--seed", "3", "--learning-rate", "0.25", "--out", "mine.html").status == 0
    net = bl.Network.random([3, 4, 2], activation="tanh", output="softmax", seed=3)
    assert (tmp_path / "mine.html").read_text("utf-8") == net.page([1, 2, 3], 1, learning_rate=0.25).html
    (tmp_path / "case.toml").write_text("sizes = [3, 4, 2]\ninput = [0.5, 0.1, -0.2]\ntarget = [1, 0]\n")
    assert backlit("page", "case.toml", "--input", "1,2,3", "--out", "case.html").status == 0
    assert data_of((tmp_path / "case.html").read_text("utf-8"))["X"] == [[1, 2, 3]]
    assert_refused(
        backlit("page", "--sizes", "3-4", "--activation", "tnah", "--out", "no.html"), "--activation", "tanh"
    )
    assert_refused(backlit("page", "--preset", "xor", "--input", "1,2", "--out", "no.html"), "--input cannot")
    assert_refused(backlit("page", "--preset", "xor", "--learning-rate", "1", "--out", "no.html"), "--learning-rate")


def test_the_command_replaces_nothing_unasked(home, tmp_path):
    (tmp_path / "case.toml").write_text("sizes = [3, 2]\n")
    (tmp_path / "page.html").write_text("mine")
    assert_refused(backlit("page", "--out", "page.html"), "page.html", "--force")
    assert_refused(backlit("page", "--out", "nowhere/page.html"), "no folder")
    assert_refused(backlit("page", "--out", "."), "folder")
    assert_refused(backlit("page", "case.toml", "--out", "case.toml", "--force"), "for both")
    assert (tmp_path / "page.html").read_text() == "mine"
    assert backlit("page", "--out", "page.html", "--force").status == 0


def test_a_preset_is_a_page_and_an_unknown_one_is_refused(home, tmp_path):
    assert backlit("page", "--preset", "xor", "--out", "xor.html").status == 0
    assert (tmp_path / "xor.html").read_text("utf-8") == bl.page(preset="xor").html
    assert_refused(backlit("page", "--preset", "xro", "--out", "no.html"), "xor")
    assert_refused(backlit("page", "case.toml", "--preset", "xor", "--out", "no.html"), "case.toml")
    assert_refused(backlit("page", "--preset", "xor", "--row", "2", "--out", "no.html"), "--row")
    assert not (tmp_path / "no.html").exists()


def test_a_missing_file_is_refused(home):
    assert_refused(backlit("page", "missing.toml", "--out", "page.html"), "missing.toml")
