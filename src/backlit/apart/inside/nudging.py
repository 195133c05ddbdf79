"""How all that one round of a file's training gives follows its weights: it is run again, with a weight moved a little.

The file is run from its beginning each time, with the same random numbers, until the end of the round that is looked
at. What moved in that round is nudged where the round begins, along a few random directions, up and down; half of the
difference, over the size of the nudge, is how each value follows (central differences, in the file's own arithmetic).
Nothing is known here of networks or losses.
"""

import base64
import random
import re
import sys
import time
import types
from typing import NamedTuple

import instrument
import quiet
import raised
import reach
import rounds
import values

DIRECTIONS, NUDGE, SMALLEST, FEWEST, MOST = 4, 3e-6, 0.05, 3, 48
KEPT = 0.3
ROUNDS = (1, 2, 3, 4, 0)
"""The first shows no momentum, and a first sample of zeros moves nothing."""
SURVEY, WINDOWS, LONGEST = 1.5, 3, 40_000
TOLD_BYTES, NEEDED_BYTES = 24 << 20, 4096
FINE, COARSE, WHOLE, LARGE = "fine", "coarse", "whole", "large"
_INDEX = re.compile(r"\d+|'[^']*'")


class Sink:
    """Where a file prints to that has printed already."""

    encoding = "utf-8"

    def write(self, text):
        """Take a text, and keep nothing of it."""
        return len(text)

    def flush(self):
        """Nothing is kept."""


def nudged(source, seconds):
    """Return what a few rounds of a file's loops give, and how that follows what moved in them."""
    script = Script(source, seconds)
    told = Telling()
    for line, moments in script.loops():
        for number in ROUNDS:
            if len(told.windows) < WINDOWS and number + 1 < len(moments) and not script.late(0.5):
                window = script.window(line, number, moments[number], moments[number + 1])
                if window is not None and len({path for path, _, _ in window.nudges} & set(window.moved)) > 1:
                    told.window(window)
                    break
    return {"windows": told.windows, "arrays": told.arrays}


class Window(NamedTuple):
    """A round of the loop at ``line``: (array, kind) by path at its begin and end, and what moved.

    ``records`` are what was told in it, ``nudges`` (path, direction, a change a record), and ``untried`` what moved and
    was not nudged.
    """

    line: int
    number: int
    before: dict
    after: dict
    moved: list
    records: list
    nudges: list
    untried: list


class Script:
    """A file that is run again and again."""

    def __init__(self, source, seconds):
        self.deadline, self.seconds = time.monotonic() + seconds, seconds
        raised.remember(source)
        self.code = instrument.instrumented(source, raised.FILE)
        self.generator = values._numpy.random.default_rng
        quiet.stand_in()

    def late(self, share):
        """Say whether less than a share of the time is left."""
        return self.deadline - time.monotonic() < share * self.seconds

    def run(self, watch):
        """Run the file from its beginning, with the random numbers that it had before."""
        numpy = values._numpy
        module = types.ModuleType("__main__")
        module.__file__ = raised.FILE
        module.__dict__.update(watch.names())
        sys.modules["__main__"] = module
        sys.stdout = sys.stderr = Sink()
        random.seed(0)
        numpy.random.seed(0)
        numpy.random.default_rng = lambda seed=None: self.generator(0 if seed is None else seed)
        try:
            with numpy.errstate(all="ignore"):
                exec(self.code, module.__dict__)
        except (Exception, SystemExit, rounds.Over):
            return
        finally:
            numpy.random.default_rng = self.generator

    def loops(self):
        """Return (line, moments of the first rounds) of loops in which floats move, those that move most first.

        Of those that move as much the inner ones come first: a step is a round of the innermost loop that moves all.
        """
        survey = rounds.Survey(min(self.deadline, time.monotonic() + SURVEY))
        self.run(survey)
        found = []
        for line, moments in survey.loops.items():
            length = moments[1] - moments[0] if len(moments) > 1 else 0
            if FEWEST <= length <= LONGEST and not self.late(0.7):
                moved = self.moved(moments[0], moments[1])
                if moved:
                    found.append((length, line, moments, moved))
        if not found:
            return []
        lasting = max(found, key=lambda row: row[0])[3]
        found.sort(key=lambda row: (3 * len(row[3] & lasting) < 2 * len(lasting), row[0]))
        return [(line, moments) for _, line, moments, _ in found]

    def moved(self, begin, end):
        """Return the paths of the floats that one round moves."""
        before, after = self.states(begin, end)
        return {path for path, one in before.items() if _moves(one, after.get(path))}

    def states(self, begin, end):
        """Return what is reached at a round's begin and end, by path; nothing where it does not come to that."""
        states = [{}, {}]
        run = rounds.Round(self.deadline, begin, end, _keeper(states[0]), _keeper(states[1]))
        self.run(run)
        return states if run.whole else ({}, {})

    def window(self, line, number, begin, end):
        """Return one round: values at its begin and end, what was told in it, and the nudges."""
        before, after = {}, {}
        plain = rounds.Round(self.deadline, begin, end, _keeper(before), _keeper(after))
        self.run(plain)
        moved = [path for path, one in before.items() if plain.whole and _moves(one, after.get(path))]
        untried = [path for path in moved if before[path][1] == LARGE]
        moved = [path for path in moved if path not in untried]
        moved.sort(key=lambda path: before[path][0].ndim == 0)
        if not moved:
            return None
        kinds = {_INDEX.sub("", path) for path in moved}
        records = plain.records()
        shapes = {row[4].shape for row in records if row[2] == "value" and row[4].ndim}
        still = [p for p, (_, kind) in before.items() if p not in moved and kind not in (WHOLE, LARGE)]
        beside = [p for p in still if _INDEX.sub("", p) in kinds or before[p][0].shape in shapes]
        nudges = []
        for path in [*moved[:MOST], *beside[: MOST // 4]]:
            own = self.nudges_of(begin, end, path, before[path][0], records)
            if own is not None:
                nudges += own
            elif path in moved and (before[path][0].size > 1 or self.late(0.0)):
                untried.append(path)
        untried += [path for path in moved[MOST:] if before[path][0].size > 1]
        return Window(line, number, before, after, moved, records, nudges, untried)

    def nudges_of(self, begin, end, path, array, records):
        """Return (path, direction, changes) of each nudge of a value, none where nothing of the round follows it.

        None where that cannot be told: the time is over, or the file takes another way.
        """
        found = []
        for direction in _directions(array):
            changes, kept = self.changes(begin, end, path, direction, records)
            if kept is not None and kept < KEPT:
                # it is itself another one at the end: data, or a value of the pass
                return []
            if changes is None:
                return None
            if not any(change.any() for change in changes):
                return []
            found.append((path, direction, changes))
        return found

    def changes(self, begin, end, path, direction, records):
        """Return how each record follows one value along a direction, and how much of a nudge it has at the end.

        The first is None where the file takes another way then, both are where it does not come to the round's end.
        """
        both, ends = [], []
        for sign in (1.0, -1.0):
            step = sign * NUDGE

            def nudge(frame, step=step):
                one = next((r for r in reach.reached(frame, raised.FILE) if r.path == path), None)
                if one is not None:
                    one.put(one.array() + step * direction)

            def keep(frame):
                ends.extend(r.array() for r in reach.reached(frame, raised.FILE) if r.path == path)

            run = rounds.Round(self.deadline, begin, end, nudge, keep)
            self.run(run)
            if not run.whole:
                return None, None
            both.append((run.records(), step))
        (up, step), (down, _) = both
        same = len(ends) == 2 and ends[0].shape == ends[1].shape == direction.shape
        along = float(((ends[0] - ends[1]) * direction).sum()) / (2 * step) if same else 0.0
        kept = along / float((direction * direction).sum())
        if not _alike(up, records) or not _alike(down, records):
            return None, kept
        return [(a[4] - b[4]) / (2 * step) for a, b in zip(up, down, strict=True)], kept


def _alike(records, others):
    """Say whether two runs told of the same names, in the same shapes."""
    return [(*r[:4], r[4].shape) for r in records] == [(*r[:4], r[4].shape) for r in others]


def _keeper(state):
    """Return what keeps all that a frame reaches in ``state``, by path: a copy, and of which kind it is."""

    def keep(frame):
        for one in reach.reached(frame, raised.FILE):
            dtype = str(getattr(one.value, "dtype", "float64"))
            kind = FINE if dtype == "float64" else COARSE if dtype.startswith("float") else WHOLE
            if one.is_large():
                state[one.path] = (one.sums(), WHOLE if kind == WHOLE else LARGE)
            else:
                state[one.path] = (one.array(), kind)

    return keep


def _moves(before, after):
    """Say whether floats have other values than before."""
    if after is None or before[1] == WHOLE or before[0].shape != after[0].shape:
        return False
    return not values._numpy.array_equal(before[0], after[0]) and bool(values._numpy.isfinite(after[0]).all())


def _directions(array):
    """Return directions to nudge an array along, of its size: a few random ones, one an entry where those are fewer."""
    numpy = values._numpy
    size = max(float(numpy.sqrt((array * array).mean())), SMALLEST)
    if array.size == 1:
        return [numpy.full(array.shape, size)]
    draw = random.Random(array.size)
    n = min(DIRECTIONS, array.size)
    return [size * numpy.array([draw.gauss(0, 1) for _ in range(array.size)]).reshape(array.shape) for _ in range(n)]


class Telling:
    """Windows as plain data; each different array once."""

    def __init__(self):
        self.windows, self.arrays, self.places, self.size = [], [], {}, 0

    def window(self, window):
        """Add one round."""
        before, after = window.before, window.after
        nudged_paths = {path for path, _, _ in window.nudges}
        told = [
            path
            for path, (array, kind) in before.items()
            if path in nudged_paths or (kind != LARGE and array.size <= rounds.MOST_ENTRIES)
        ]
        index = {path: place for place, path in enumerate(told)}
        self.windows.append(
            {
                "line": window.line,
                "round": window.number,
                "values": [
                    {
                        "path": path[:200],
                        "kind": before[path][1],
                        "moved": path in window.moved,
                        "before": self.place(before[path][0], path in nudged_paths),
                        "after": self.place(after[path][0], path in nudged_paths) if path in after else None,
                    }
                    for path in told
                ],
                "records": [
                    {"line": at, "name": name, "kind": kind, "times": n, "array": self.place(array, array.size == 1)}
                    for at, name, kind, n, array in window.records
                ],
                "nudges": [
                    {
                        "value": index[path],
                        "direction": self.place(direction, True),
                        "changes": [self.place(change) for change in changes],
                    }
                    for path, direction, changes in window.nudges
                ],
                "untried": [path[:200] for path in window.untried[:MOST]],
            }
        )

    def place(self, array, needed=False):
        """Return the place of an array, None where there is no room for it."""
        data = array.astype("float64").tobytes()
        key = (array.shape, data)
        if key not in self.places:
            if self.size + len(data) > TOLD_BYTES and not (needed and len(data) <= NEEDED_BYTES):
                return None
            self.size += len(data)
            self.places[key] = len(self.arrays)
            shape = [int(n) for n in array.shape]
            self.arrays.append({"shape": shape, "dtype": "float64", "data": base64.b64encode(data).decode()})
        return self.places[key]
