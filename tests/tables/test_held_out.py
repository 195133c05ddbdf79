"""Scores that hold: groups and times, columns that say too much, rare classes, other models, a last run on all rows."""

import numpy as np
import pytest
from command_line import assert_refused, backlit

import backlit as bl
from backlit.tables.fit import look_at, train_table
from backlit.tables.model import predict_table
from backlit.tables.read import read_table
from backlit.tables.report import run_text, warnings_of
from backlit.tables.scores import class_scores_of
from backlit.tables.settings import TableSettings

N = 120


@pytest.fixture
def path(tmp_path):
    """Patients with several rows each, days in order, and a class that follows from x."""
    rng = np.random.default_rng(0)
    x = rng.normal(0, 1, N)
    rows = "".join(
        f"p{i // 4},2020-{1 + i // 28:02}-{1 + i % 28:02},{v:.3f},{rng.normal():.2f},{'yes' if v > 1 else 'no'}\n"
        for i, v in enumerate(x)
    )
    (tmp_path / "t.csv").write_text(f"patient_id,day,x,noise,sick\n{rows}", encoding="utf-8")
    return tmp_path / "t.csv"


def prospect_of(path, **options):
    return look_at(read_table(path), TableSettings(**{"target": "sick", "epochs": 3, **options}))


def test_groups_stay_on_one_side(path):
    prospect = prospect_of(path, group="patient_id")
    split = prospect.split
    of = [set((rows // 4).tolist()) for rows in (split.train, split.validation, split.test)]
    assert not (of[0] & of[1]) | (of[0] & of[2]) | (of[1] & of[2])
    assert sorted(np.concatenate([split.train, split.validation, split.test])) == list(range(N))
    assert "patient_id" in [column.name for column in prospect.columns if column.values is None]


def test_the_latest_rows_are_held_out(path):
    split = prospect_of(path, time="day").split
    assert split.train.max() < split.validation.min()
    assert split.validation.max() < split.test.min()
    assert len(split.test) == 24


def test_repeated_ids_rows_in_time_and_columns_that_tell_all_are_pointed_out(path):
    told = warnings_of(prospect_of(path))
    assert any("--group 'patient_id'" in words for words in told)
    assert any("--time 'day'" in words for words in told)
    assert any("column 'x' alone predicts 'sick' nearly perfectly" in words for words in told)
    assert not any("noise" in words for words in told)
    held = warnings_of(prospect_of(path, time="day", drop=("x",)))
    assert not any("--group" in words or "--time" in words or "alone" in words for words in held)


def test_a_column_of_words_that_tells_a_quantity_is_pointed_out(tmp_path):
    rng = np.random.default_rng(0)
    rows = "".join(
        f"{'abcde'[k]},{rng.normal():.3f},{10 * k + rng.normal(0, 0.1):.2f}\n" for k in rng.integers(0, 5, 200)
    )
    (tmp_path / "t.csv").write_text(f"w,noise,y\n{rows}", encoding="utf-8")
    told = warnings_of(look_at(read_table(tmp_path / "t.csv"), TableSettings("y")))
    assert len(told) == 1
    assert "'w' alone predicts 'y'" in told[0]
    assert "R² 1.000" in told[0]


def test_recall_and_precision_by_hand():
    p = np.array([[0.9, 0.1, 0], [0.2, 0.8, 0], [0.6, 0.4, 0], [0.1, 0.9, 0]])
    found = class_scores_of(p, np.array([0, 0, 1, 1]), ("a", "b", "c"))
    assert [(s.label, s.n_rows, s.recall, s.precision) for s in found] == [("a", 2, 0.5, 0.5), ("b", 2, 0.5, 0.5)]


def test_rare_classes_count_as_much_where_that_is_wanted(tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(0, 1, (1500, 2))
    rare = x[:, 0] + x[:, 1] + rng.normal(0, 1, 1500) > 3.2
    rows = "".join(f"{a:.3f},{b:.3f},{'fraud' if r else 'fine'}\n" for (a, b), r in zip(x, rare, strict=True))
    (tmp_path / "t.csv").write_text(f"a,b,kind\n{rows}", encoding="utf-8")
    recalls = []
    for weight in (None, "balanced"):
        settings = TableSettings("kind", epochs=8, class_weight=weight, refit=False)
        run = train_table(look_at(read_table(tmp_path / "t.csv"), settings))
        recalls.append({score.label: score.recall for score in run.by_class}["fraud"])
        assert "precision" in run_text(run)
    assert recalls[1] > 0.6 > recalls[0] + 0.2


def test_other_models_are_scored_on_the_same_rows(path):
    run = train_table(prospect_of(path, baselines=True, drop=("patient_id",)))
    assert list(run.others) == ["linear model", "gradient boosting"]
    assert all([s.name for s in scores] == [s.name for s in run.scores] for scores in run.others.values())
    # a line parts the classes
    assert run.others["linear model"][0].network > 0.85
    assert "gradient boosting" in run_text(run)


def test_the_model_that_is_kept_has_seen_all_rows(path):
    options = {"drop": ("patient_id", "day"), "epochs": 20}
    scored = train_table(prospect_of(path, refit=False, **options))
    kept = train_table(prospect_of(path, **options))
    assert scored.scores == kept.scores
    assert scored.model.record["refit"] is None
    assert kept.model.record["refit"] == {"rows": N, "epochs": kept.history.best_epoch}
    assert f"trained once more, on all {N} rows" in run_text(kept)
    values = np.loadtxt(path, delimiter=",", skiprows=1, usecols=2)
    column = next(column for column in kept.model.columns if column.name == "x")
    np.testing.assert_allclose(column.scaler.mean_[0], values.mean())
    again = train_table(prospect_of(path, **options))
    table = read_table(path)
    np.testing.assert_array_equal(
        predict_table(kept.model, table).probabilities, predict_table(again.model, table).probabilities
    )


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ({"group": "sick"}, ("'sick' is the target",)),
        ({"group": "day", "time": "day"}, ("--group and --time",)),
        ({"time": "patient_id"}, ("'patient_id' must hold dates or numbers",)),
        ({"group": "patient"}, ("no column 'patient'", "--group")),
        ({"target": "x", "class_weight": "balanced"}, ("class_weight", "quantity")),
        ({"loss": "poisson"}, ("the loss 'poisson' is for quantities", "the target 'sick' holds classes")),
        ({"loss": "pinball(0.9)"}, ("the loss 'pinball(0.9)' is for quantities",)),
        ({"drop": ["x"], "keep": ["x"]}, ("column 'x' cannot be both --drop and --keep",)),
        ({"date_format": "dmy"}, ("no column is written as --date-format dmy says",)),
        ({"drop": ["x"], "number": ["x"]}, ("column 'x' cannot be both --drop and --number",)),
        ({"ids": ["x"], "keep": ["day", "x"]}, ("column 'x' cannot be both --id and --keep",)),
    ],
)
def test_what_cannot_be_held_out_so_is_refused_before_work(options, parts, path):
    with pytest.raises(bl.BacklitError) as caught:
        prospect_of(path, **options)
    assert all(part in str(caught.value) for part in parts)


def test_one_group_and_missing_times_are_refused(tmp_path):
    rows = "".join(f"g,{i if i else ''},{i / 3:.3f},{'uv'[i % 2]}\n" for i in range(40))
    (tmp_path / "t.csv").write_text(f"group,when,x,kind\n{rows}", encoding="utf-8")
    with pytest.raises(bl.BacklitError, match=r"at least three groups, .* got 1"):
        look_at(read_table(tmp_path / "t.csv"), TableSettings("kind", group="group"))
    with pytest.raises(bl.BacklitError, match="line 2, column 'when': --time needs a value in every row"):
        look_at(read_table(tmp_path / "t.csv"), TableSettings("kind", time="when"))


def test_the_options_reach_the_command_line(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = backlit("train", "t.csv", "--target", "sick", "--epochs", "3", "--class-weight", "balanced", "--group",
                     "patient_id", "--baselines", "--no-refit", "--out", "m.safetensors")  # fmt: skip
    assert result.status == 0, result.err
    assert "gradient boosting" in result.out
    assert "trained once more" not in result.out
    assert_refused(
        backlit("train", "t.csv", "--target", "sick", "--class-weight", "heavy"),
        "class_weight must be balanced",
        "'heavy'",
    )


def test_rows_held_out_of_one_class_are_pointed_out(tmp_path):
    rng = np.random.default_rng(0)
    rows = [f"{i},{rng.normal():.3f},{'ab'[i > 45]}\n" for i in range(60)]
    (tmp_path / "t.csv").write_text("when,x,kind\n" + "".join(rows), encoding="utf-8")
    told = warnings_of(prospect_of(tmp_path / "t.csv", target="kind", time="when"))
    assert any("all rows held out are of the class 'b'" in words for words in told), told
    assert any("no row to train on has: 'b'" in words for words in told), told
    told = warnings_of(prospect_of(tmp_path / "t.csv", target="kind", drop=["when"]))
    assert not any("held out" in words for words in told), told
