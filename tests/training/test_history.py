"""The History of a run: what it says of itself, its picture in characters, and its plot."""

import builtins
import dataclasses

import numpy as np
import pytest

from backlit.errors import BacklitError
from backlit.training.history import History

TRAINING = (0.9, 0.5, 0.3, 0.2, 0.15)
VALIDATION = (0.8, 0.5, 0.4, 0.45, 0.5)


def test_what_it_says_of_itself():
    history = History(TRAINING, VALIDATION, stopped_by="early_stopping", seconds=1.234)
    assert repr(history) == (
        "History of 5 epochs in 1.23 s, stopped by early stopping; loss 0.9 to 0.15; validation 0.5; best epoch 3"
    )
    assert repr(History((), stopped_by="interrupt")) == "History of 0 epochs in 0 s, stopped by interrupt"
    assert "History of 1 epoch in" in repr(History((2.0,)))


def test_best_epoch_is_of_validation_where_there_is_any_and_the_first_of_equals():
    assert History(TRAINING).best_epoch == 5
    assert History(TRAINING, VALIDATION).best_epoch == 3
    assert History((0.5, 0.5)).best_epoch == 1
    assert History(()).best_epoch is None


def test_it_does_not_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        History(TRAINING).losses = ()


def picture(history, **options):
    return history.to_text(**options).splitlines()


def test_the_picture_has_the_size_asked_for():
    lines = picture(History(TRAINING, VALIDATION))
    rows, axis = lines[:12], lines[12]
    assert axis.count("─") + axis.count("┬") + axis.count("▲") == 60
    assert all(len(line) <= len(axis) for line in rows)
    assert len(lines) == 15
    narrow = picture(History(TRAINING, VALIDATION), width=20, height=4)
    assert len(narrow) == 7
    assert len(narrow[4].lstrip()) == 21


def test_the_axis_is_labelled_from_the_highest_to_the_lowest_loss():
    lines = picture(History(TRAINING, VALIDATION))
    labels = [float(line.split("┤")[0]) for line in lines[:12] if "┤" in line]
    assert (labels[0], labels[-1]) == (0.9, 0.15)
    assert lines[0].split()[0] == "0.9"
    assert lines[11].split()[0] == "0.15"
    assert labels == sorted(labels, reverse=True)
    assert len(labels) >= 3


def test_the_line_goes_from_the_first_loss_to_the_last():
    lines = picture(History((4.0, 3.0, 2.0, 1.0)), width=12, height=4)
    cells = [line.split("┤")[-1].split("│")[-1].ljust(12) for line in lines[:4]]
    braille = np.asarray([[character != " " for character in row] for row in cells])
    # a straight line: three columns a row, from corner to corner
    np.testing.assert_array_equal(braille, np.kron(np.eye(4), np.ones(3)).astype(bool))


def test_validation_is_told_apart_without_colour():
    text = History(TRAINING, VALIDATION).to_text()
    assert "○ validation loss" in text
    assert text.count("○") > 15
    assert "○" not in History(TRAINING).to_text()
    assert "\x1b" not in text


def test_the_best_epoch_is_marked_on_the_axis():
    lines = picture(History(TRAINING, VALIDATION), width=41)
    axis, numbers, legend = lines[12:]
    assert axis.index("▲") - axis.index("└") == 21
    assert numbers[axis.index("▲")] == "3"
    assert numbers.split() == ["1", "3", "5", "epoch"]
    assert "▲ best epoch 3 (validation loss 0.4)" in legend
    assert "▲ best epoch 5 (training loss 0.15)" in History(TRAINING).to_text()


def test_losses_over_more_than_two_decades_are_drawn_on_a_logarithmic_axis_that_says_so():
    decades = History((10.0, 1.0, 0.1, 0.01))
    assert "logarithmic axis" in decades.to_text()
    labels = [line.split("┤")[0].strip() for line in picture(decades, height=7) if "┤" in line]
    assert labels[0] == "10"
    assert labels[-1] == "0.01"
    assert "logarithmic" not in History((1.0, 0.02)).to_text()
    assert "logarithmic" not in History((1.0, 0.0)).to_text()
    assert "logarithmic" not in History((1.0, -5.0, 0.0001)).to_text()


@pytest.mark.parametrize("losses", [(0.5,), (0.0,), (0.0, 0.0), (0.5, 0.5, 0.5), (1e300, 1e-300), (-1.0, -2.0)])
def test_odd_losses_have_a_picture_too(losses):
    lines = picture(History(losses, losses))
    assert len(lines) == 15
    assert any("○" in line for line in lines[:12])


def test_labels_of_losses_that_hardly_differ_do_differ():
    labels = [line.split("┤")[0] for line in picture(History((0.693147, 0.693141, 0.693135))) if "┤" in line]
    assert len(set(labels)) == len(labels) >= 3


def test_thousands_of_epochs_fit():
    losses = tuple(1 / np.arange(1, 5001))
    lines = picture(History(losses))
    assert max(len(line) for line in lines[:13]) <= 70
    assert "5000 epoch" in lines[13]


def test_a_run_without_an_epoch_says_so():
    assert History((), stopped_by="interrupt").to_text() == "no epoch was completed, so there is no loss to draw"


@pytest.mark.parametrize(("options", "word"), [({"width": 3}, "width"), ({"height": 1.5}, "height")])
def test_a_picture_too_small_is_refused(options, word):
    with pytest.raises(BacklitError, match=f"{word} must be a whole number of at least"):
        History(TRAINING).to_text(**options)


def test_a_notebook_shows_the_picture():
    assert History(TRAINING)._repr_html_().startswith("<svg")


def test_plot_draws_every_curve():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    axes = History(TRAINING, VALIDATION).plot()
    assert [line.get_label() for line in axes.lines] == ["training loss", "validation loss", "best epoch 3"]
    assert axes.get_yscale() == "linear"
    assert History((10.0, 0.01)).plot(plt.subplots()[1]).get_yscale() == "log"
    plt.close("all")


def test_plot_without_matplotlib_says_how_to_get_it(monkeypatch):
    real_import = builtins.__import__

    def no_matplotlib(name, *rest, **more):
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real_import(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", no_matplotlib)
    with pytest.raises(BacklitError, match=r"pip install matplotlib"):
        History(TRAINING).plot()
