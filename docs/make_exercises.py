"""Write docs/exercises.md from the catalog: `python docs/make_exercises.py`. A test keeps the page current."""

from pathlib import Path

from backlit.check.mistakes import MISTAKES
from backlit.exercises import Exercise, all_exercises

PAGE = Path(__file__).parent / "exercises.md"


def page() -> str:
    """Return the page: every exercise, from easy to hard, with what it asks for and the mistakes it names."""
    rows = [
        "# The exercises",
        "From easy to hard. `backlit exercise start NAME` writes the file to fill in, `backlit exercise check FILE` "
        "says what is right, and `backlit exercise hint FILE` helps on. (The page is made from the folders in "
        "`src/backlit/exercises/catalog/` by `python docs/make_exercises.py`.)",
        "A mistake in code that an exercise foresees has an identifier, the same in reports, in JSON and in grades. "
        "Those that link to [the mistakes](mistakes.md) mean the same there; the others are the exercise's own. Where "
        "the equations of a backward pass are at work, the rest of those mistakes are named too.",
    ]
    for number, exercise in enumerate(all_exercises(), 1):
        rows += _section(number, exercise)
    return "\n\n".join(rows) + "\n"


def _section(number: int, exercise: Exercise) -> list[str]:
    asked = ", ".join(f"`{value.name}`" for value in exercise.values)
    named = [f"- {_linked(mistake.identifier)}: {mistake.sentence}" for mistake in exercise.mistakes]
    return [
        f"## {number}. `{exercise.name}`: {exercise.title}",
        exercise.text,
        f"Asked for: {asked}. Hints: {len(exercise.hints)}.",
        "Mistakes it names:",
        "\n".join(named),
    ]


def _linked(identifier: str) -> str:
    return f"[`{identifier}`](mistakes.md#{identifier})" if identifier in MISTAKES else f"`{identifier}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
