"""The documents: their code runs, their commands print what they say, what is made is current, links lead somewhere."""

import csv
import re
import runpy
import shlex
import shutil
from pathlib import Path

import pytest
from command_line import backlit, run

import backlit as bl
from backlit.cli.examples import EXAMPLES, STATUSES
from backlit.exercises import find_exercise
from backlit.files.cases import KEYS

ROOT = Path(__file__).parents[1]
PAGES = {str(path.relative_to(ROOT)): path for path in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"))}
TUTORIALS = ["docs/learn.md", "docs/teach.md", "docs/use.md", "docs/debug.md"]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(kind):
    """The blocks of one kind, by page."""
    found = {
        name: [body for word, body in BLOCK.findall(path.read_text("utf-8")) if word == kind]
        for name, path in PAGES.items()
    }
    return {name: bodies for name, bodies in found.items() if bodies}


def commands_with_output():
    """Every command of a console block, with the lines that follow it."""
    for name, bodies in blocks("console").items():
        for body in bodies:
            for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
                command, *lines = part.rstrip("\n").split("\n")
                yield pytest.param(command, lines, id=f"{name}: {command}")


def commands_without_output():
    """Every command of a text block."""
    for name, bodies in blocks("text").items():
        for line in "\n".join(bodies).split("\n"):
            if line.startswith("backlit "):
                yield pytest.param(line, id=f"{name}: {line}")


def line_fits(expected, got):
    return got.startswith(expected[:-3]) if expected.endswith(" ...") else got == expected


def place_of(chunk, lines, start):
    """The first place from ``start`` on where all lines of a chunk stand."""
    for place in range(start, len(lines) - len(chunk) + 1):
        if all(map(line_fits, chunk, lines[place:])):
            return place
    return None


def assert_printed(expected, printed):
    """Check that lines are as expected, where a line of ``...`` stands for any lines."""
    lines = [line.rstrip() for line in printed.rstrip("\n").split("\n")]
    end = 0
    for i, text in enumerate("\n".join(expected).split("\n...\n") if expected != ["..."] else []):
        chunk = [line for line in text.split("\n") if line != "..."]
        place = place_of(chunk, lines, end)
        assert place is not None, f"not printed: {chunk}"
        assert place == end or i > 0 or expected[0] == "...", f"printed before {chunk}: {lines[end:place]}"
        end = place + len(chunk)
    assert end == len(lines) or expected[-1] == "...", f"printed after the end: {lines[end:]}"


@pytest.mark.parametrize(
    ("expected", "printed", "fits"),
    [
        (["a", "b"], "a\nb\n", True),
        (["a", "b"], "a\nb\nc\n", False),
        (["a", "b"], "z\na\nb\n", False),
        (["a", "..."], "a\nb\nc\n", True),
        (["...", "c"], "a\nb\nc\n", True),
        (["a", "...", "c", "..."], "a\nb\nc\nd\n", True),
        (["a", "...", "c"], "a\nb\nc\nd\n", False),
        (["a", "...", "d", "e"], "a\nb\nd\nf\n", False),
        (["a b ..."], "a b c\n", True),
        (["a b ..."], "a c\n", False),
    ],
)
def test_the_comparison_of_output_can_fail(expected, printed, fits):
    if fits:
        assert_printed(expected, printed)
    else:
        with pytest.raises(AssertionError):
            assert_printed(expected, printed)


# the script of docs/check-scripts.md, put right
NET = """
import numpy as np
rng = np.random.default_rng(0)
X, y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
W1, W2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
for step in range(20):
    a = np.tanh(X @ W1)
    out = a @ W2
    loss = np.mean((out - y) ** 2)
    e = 2 * (out - y) / y.size
    dW2 = a.T @ e
    dW1 = X.T @ (e @ W2.T * (1 - a**2))
    W1 -= 0.1 * dW1
    W2 -= 0.1 * dW2
"""


@pytest.fixture
def reader(tmp_path, monkeypatch):
    """Where a reader of the documents stands: a folder with the files that their commands name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    bl.Network.random([3, 4, 6, 2], output="softmax", seed=0).save("network.safetensors")
    rows = "".join(f"0.{i},0.2,0.3,{i % 2}\n" for i in range(1, 20))
    for name in ("table.csv", "rows.csv"):
        Path(name).write_text(f"length,width,height,species\n{rows}", encoding="utf-8")
    Path("case.toml").write_text(blocks("toml")["docs/explain.md"][0], encoding="utf-8")
    lesson = find_exercise("lesson")
    mistake = next(mistake for mistake in lesson.mistakes if mistake.identifier == "missing-hidden-derivative")
    Path("lesson.py").write_bytes(b"# backlit exercise: lesson\n" + mistake.source)
    Path("net.py").write_text(NET, encoding="utf-8")
    shutil.copy(ROOT / "benchmarks" / "scripts" / "06_planar_no_tanh_slope.py", "my_net.py")
    write_class(lesson, mistake.source)
    write_slope()
    return tmp_path


def write_class(lesson, wrong):
    """The submissions of docs/teaching.md."""
    Path("handed-in/bob").mkdir(parents=True)
    Path("handed-in/cy/week-3").mkdir(parents=True)
    Path("handed-in/ada.py").write_text(lesson.solution, encoding="utf-8")
    Path("handed-in/bob/lesson.py").write_bytes(wrong)
    Path("handed-in/cy/week-3/my try.py").write_text(lesson.starter, encoding="utf-8")


def write_slope():
    """The exercise of docs/teaching.md."""
    solution, mistake = blocks("python")["docs/teaching.md"]
    Path("slope/mistakes").mkdir(parents=True)
    exercise, mistakes = blocks("toml")["docs/teaching.md"]
    Path("slope/exercise.toml").write_text(exercise, encoding="utf-8")
    Path("slope/mistakes.toml").write_text(mistakes, encoding="utf-8")
    Path("slope/solution.py").write_text(solution, encoding="utf-8")
    starter = solution.replace("slope = a * (1 - a)", "slope = None  # TODO: the slope at z")
    Path("slope/starter.py").write_text(starter, encoding="utf-8")
    Path("slope/mistakes/step-too-wide.py").write_text(mistake, encoding="utf-8")


@pytest.mark.parametrize("name", TUTORIALS)
def test_a_tutorial_runs_from_top_to_bottom(name, reader):
    names = {"__name__": "page"}
    for i, (kind, body) in enumerate(BLOCK.findall(PAGES[name].read_text("utf-8")), 1):
        if kind == "python":
            exec(compile(body, f"{name}, block {i}", "exec"), names)
        for line in body.splitlines() if kind == "bash" else ():
            result = backlit(*shlex.split(line)[1:])
            assert result.status == 0, (line, result.err)


def test_bash_is_for_tutorials_whose_commands_follow_each_other():
    assert set(blocks("bash")) <= set(TUTORIALS)


@pytest.mark.parametrize("name", sorted(set(blocks("python")) - set(TUTORIALS)))
def test_the_code_of_a_page_runs(name, reader, capsys):
    code = blocks("python")[name]
    names = {"__name__": "page"}
    for i, body in enumerate(code, 1):
        exec(compile(body, f"{name}, block {i}", "exec"), names)


def test_a_mistake_whose_lines_are_gone_is_told_as_the_page_says(reader):
    (expected,) = [body for body in blocks("text")["docs/teaching.md"] if body.startswith("backlit: ")]
    solution = Path("slope/solution.py")
    solution.write_text(solution.read_text("utf-8").replace("a * (1 - a)", "a - a**2"), encoding="utf-8")
    first, second = backlit("exercise", "validate", "slope").err.splitlines()
    assert first == " ".join(expected.split())
    assert "tanh-for-sigmoid" in second


@pytest.mark.parametrize(("command", "expected"), list(commands_with_output()))
def test_a_command_prints_what_the_page_says(command, expected, reader):
    verb, *arguments = shlex.split(command)
    assert verb == "backlit"
    result = backlit(*arguments)
    assert_printed(expected, result.out + result.err)


@pytest.mark.parametrize("command", list(commands_without_output()))
def test_a_command_of_a_page_is_one(command, reader):
    result = backlit(*shlex.split(command)[1:])
    assert result.status == 0, result.err


@pytest.mark.parametrize(("verb", "line"), [(verb, line) for verb, lines in EXAMPLES.items() for line in lines])
def test_an_example_of_help_runs(verb, line, reader):
    command = line.partition("$(")[2].partition(")")[0] or line.partition(" >")[0]
    words = shlex.split(command)
    if "model.safetensors" in words:
        made = backlit("train", "table.csv", "--target", "species", "--epochs", "1", "--out", "model.safetensors")
        assert made.status == 0, made.err
    result = backlit(*words[1:])
    assert result.status in ((0, 1) if verb in STATUSES else (0,)), result.err
    assert result.out or "wrote" in result.err


def test_the_pages_have_what_is_tested():
    assert {"README.md", "docs/check.md", "docs/explain.md", "docs/teaching.md", "docs/train.md"} <= set(
        blocks("python")
    )
    assert len(list(commands_with_output())) >= 4
    assert len(list(commands_without_output())) >= 6


@pytest.mark.parametrize("name", ["functions", "mistakes"])
def test_a_page_made_from_a_table_is_current(name):
    page = runpy.run_path(str(ROOT / "docs" / f"make_{name}.py"))["page"]()
    assert (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") == page


@pytest.mark.parametrize(
    ("name", "arguments"), [("lesson", []), ("compare", ["--compare", "sigmoid,tanh,relu"])], ids=["lesson", "compare"]
)
def test_the_pictures_are_current(name, arguments):
    picture = (ROOT / "docs" / "images" / f"{name}.svg").read_text(encoding="utf-8")
    assert picture == run(*arguments, "--format", "svg").out


@pytest.mark.parametrize("name", PAGES)
def test_links_and_named_files_are_there(name):
    path = PAGES[name]
    text = path.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)\s#]+)[^)]*\)", text) if "://" not in link]
    named = re.findall(r"(?<![\w/.])(?:tests|benchmarks|docs|examples|src)/[\w/.-]*\w", text)
    missing = [link for link in links if not (path.parent / link).exists()]
    missing += [file for file in named if not (ROOT / file).exists() and not (path.parent / file).exists()]
    assert missing == []


def test_every_page_of_the_documents_is_linked():
    texts = [path.read_text(encoding="utf-8") for path in PAGES.values()]
    for path in (ROOT / "docs").glob("*.md"):
        assert any(f"{path.name})" in text for text in texts), path.name


def test_the_table_of_keys_is_the_codes():
    text = (ROOT / "docs" / "explain.md").read_text(encoding="utf-8")
    table = text.partition("| key | meaning")[2].partition("\n\n")[0]
    named = re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in table.splitlines()[2:]))
    assert sorted(named) == sorted(KEYS)


def test_the_front_page_counts_what_there_is():
    from backlit.check.mistakes import MISTAKES
    from backlit.equations.activation_table import ACTIVATIONS
    from backlit.equations.initializers import INITIALIZERS
    from backlit.equations.loss_table import LOSSES

    page = " ".join((ROOT / "README.md").read_text("utf-8").split())
    # two rows are no mistakes: what nothing explains, and what another convention makes right
    named = MISTAKES.keys() - {"unknown", "another-convention"}
    assert f"[{len(named)} mistakes](docs/mistakes.md)" in page
    counted = f"{len(ACTIVATIONS) - 1} hidden or output activations and softmax, {len(LOSSES)} losses, "
    assert counted + f"{len(INITIALIZERS)} initializers" in page


def test_one_version_stands_everywhere():
    import tomllib

    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
    newest = re.search(
        r"^## (\S+) \((?:unreleased|\d{4}-\d\d-\d\d)\)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M
    )
    assert newest
    assert newest[1] == version
    # what `backlit --version` and a file's `written_by` say
    assert bl.__version__ == version


def test_a_row_of_the_history_is_a_ratio_of_its_seconds():
    with (ROOT / "benchmarks" / "history.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        assert float(row["ratio"]) == pytest.approx(float(row["seconds"]) / float(row["peer_seconds"]), rel=0.02)


def test_what_an_index_shows_leads_nowhere_that_is_not_there():
    """README.md as the wheel has it: no picture and no link of the repository, and all else."""
    import tomllib

    hook = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["metadata"]["hooks"]
    readme = (ROOT / "README.md").read_text("utf-8")
    shown = readme
    for part in hook["fancy-pypi-readme"]["substitutions"]:
        shown = re.sub(part["pattern"], part["replacement"], shown)
    assert re.search(r"\]\((?!https?:)", readme)
    assert not re.search(r"\]\((?!https?:)|!\[", shown)
    assert re.search(r"\d+ mistakes are told apart", shown)
    assert "shows how error terms vanish." in shown
    for picture in re.findall(r"!\[[^\]]*\]", readme):
        assert picture[2:-1] not in shown
