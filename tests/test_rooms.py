"""The house as docs/architecture.md draws it: every room is in the drawing, and between rooms there are no circles."""

import re
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]
DOORS = {("network", "explain"), ("network", "playground"), ("network", "files")}


def room_of(module):
    return module.split(".")[1] if "." in module else "__init__"


def arrows_between_rooms():
    graph = grimp.build_graph("backlit", exclude_type_checking_imports=True, cache_dir=None)
    arrows = set()
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            if room_of(module) != room_of(imported):
                arrows.add((room_of(module), room_of(imported)))
    return arrows


def circles(arrows):
    """The rooms from which their own import comes back."""

    def reached(room):
        seen, waiting = set(), [room]
        while waiting:
            for start, end in arrows:
                if start == waiting[-1] and end not in seen:
                    seen.add(end)
                    waiting.insert(0, end)
            waiting.pop()
        return seen

    return {room for room, _ in arrows if room in reached(room)}


def test_there_are_no_circles_between_rooms_but_the_doors():
    arrows = arrows_between_rooms()
    assert arrows >= DOORS | {("network", "equations"), ("cli", "tables"), ("estimators", "runners")}
    assert circles(arrows - DOORS) == set()
    # the check can fail
    assert circles({("a", "b"), ("b", "c"), ("c", "b")}) == {"b", "c"}


def test_every_room_is_in_the_drawing_and_every_drawn_room_is_there():
    page = (ROOT / "docs/architecture.md").read_text()
    drawing = page.partition("src/backlit/\n")[2].partition("\nengine/ ")[0]
    drawn = set(re.findall(r"^  (\w+)(?:/|\.py)\s", drawing, re.M))
    there = {path.stem for path in (ROOT / "src/backlit").iterdir() if not path.name.startswith(("__main__", "__pyc"))}
    assert drawn == {name for name in there if not name.startswith("py")} | {"__init__"}
