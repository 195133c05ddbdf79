"""What a file's assignments gave, kept while it runs: of each name the last few values, and what stood at an update.

Only the last values are kept, so a file may train for long. NumPy is fetched by ``values.prepare``, before the file
runs.
"""

import signal
import time
from collections import deque

import instrument
import naming
import parts
import rows
import turns
import values
from kept import COMPARED_BYTES, Record, may_be_loss, same

KEPT, MOST_CONTEXTS, MOST_FIRST, FIRST_UPDATES = 4, 40, 256, 3
MOST_CALLS, MOST_DEPTH = 64, 3
ARRAY_BYTES = 8 << 20
NUMBERS = (int, float, bool, str, type(None))


class Recorder:
    """All that was recorded of a run."""

    def __init__(self, seconds, training_seconds):
        self.numpy = values._numpy
        self.seconds, self.deadline = seconds, time.monotonic() + seconds
        self.training_seconds = training_seconds
        self.number, self.pending, self.touched = 0, {}, {}
        self.owners, self.owned = {}, {}
        self.rows = rows.Rows()
        self.latest, self.history = {}, {}
        self.instances, self.calls, self.holders = {}, {}, naming.Holders()
        self.last, self.first, self.scalars = {}, [], {}
        self.first_over = self.stopped = False
        self.amid_a_step = True
        self.rounds, self.assigned, self.loops = {}, set(), turns.Loops()
        self.remarks = set()

    def names(self):
        """Return the functions that the instrumented file calls."""
        return {
            instrument.VALUE: self.value,
            instrument.CONTAINER: self.container,
            instrument.INCREMENT: self.increment,
            instrument.SEEN: self.seen,
            instrument.ARGUMENTS: self.arguments,
            instrument.TURN: self.turn,
            instrument.CALL: self.call,
        }

    def turn(self, line, depth):
        """A round of a loop begins, with ``depth`` loops around it in its function; that is so, also as a condition."""
        turns.stop_between_steps(self, line, depth)
        return True

    def call(self, line):
        """A function is called that keeps arrays for those inside it: return what its variables belong to, or None.

        One that is called again and again keeps nothing for long.
        """
        self.calls[line] = self.calls.get(line, 0) + 1
        return parts.Call(line) if self.calls[line] <= MOST_CALLS else None

    def value(self, line, scope, instance, name, base, attribute, updated):
        """A name, or an attribute of one, was given a value."""
        if attribute is None:
            self.holders.keep(name, base)
        scope, name, value = self.place(scope, instance, name, base, attribute)
        if self.pending and type(value) not in NUMBERS and not self.rows.in_hand(value, self.pending):
            self.flush()
        if isinstance(value, self.numpy.ndarray):
            scope, name = self.owner(scope, name, value, updated=updated)
        self.put(line, scope, name, "value", value, updated=updated)

    def container(self, line, scope, instance, name, base, attribute, updated):
        """A part of a list, a dict or an array was given a value: all of it is looked at when its parts are done."""
        scope, name, value = self.place(scope, instance, name, base, attribute)
        owned = self.owners.get(id(value))
        if owned is not None and owned[0] is value and "[" in owned[1][1]:
            # a loop's name for a part of a list: the part is what changes
            scope, name = owned[1]
        whole = self.rows.of(value)
        if whole is not None:
            # one row of a list of lists, under another name: all of them are what changes
            value, (scope, name) = whole
        kept = self.pending.get((scope, name))
        if kept is not None and kept[1] is not value:
            self.flush()
        self.number += 1
        self.touched[scope, name] = self.number
        adds = updated == "adds" and (kept is None or kept[3])
        self.pending[scope, name] = (line, value, updated or (kept is not None and kept[2]), adds)

    def owner(self, scope, name, value, *, updated):
        """Return the name that had an array first: what is changed in place under another name is still its."""
        kept = self.owners.get(id(value))
        if kept is not None and kept[0] is value and updated:
            return kept[1]
        if kept is None or kept[0] is not value:
            old = self.owned.get((scope, name))
            if old is not None:
                self.owners.pop(old, None)
            self.owned[scope, name] = id(value)
            self.owners[id(value)] = (value, (scope, name))
        return scope, name

    def flush(self):
        """Keep what was given part by part."""
        pending, self.pending = self.pending, {}
        for (scope, name), (line, value, updated, adds) in pending.items():
            if adds:
                self.added(line, scope, name, value)
            self.put(line, scope, name, "value", value, updated=updated)

    def added(self, line, scope, name, value, depth=0):
        """Keep what was added to an array, or a list of numbers, one by one since it was last looked at."""
        array, history = parts.as_array(value), self.history.get((scope, name, "value"))
        if array is None:
            for more, part in parts.parts_of(value) if depth < MOST_DEPTH else ():
                self.added(line, scope, name + more, part, depth + 1)
        elif history and array.dtype.kind != "b" and history[-1].value.shape == array.shape:
            self.number += 1
            self.keep(Record(self.number, line, scope, name, "added", array - history[-1].value, ""), False)

    def increment(self, line, scope, instance, name, base, attribute, indexes, sign, source, value):
        """Something is about to be added to a name, or taken from it."""
        scope, name, root = self.place(scope, instance, name, base, attribute)
        for index in indexes or []:
            if isinstance(root, self.numpy.ndarray):
                break
            try:
                from_the_end = isinstance(root, (list, tuple)) and isinstance(index, int) and index < 0
                at = index + len(root) if from_the_end else index
                name, root = f"{name}[{at!r}]", root[at]
            except Exception:
                break
        if self.pending and not indexes:
            self.flush()
        if not indexes and isinstance(root, self.numpy.ndarray):
            scope, name = self.owner(scope, name, root, updated=True)
            self.changed_unseen(scope, name, root)
        if not indexes or type(value) not in NUMBERS:
            self.put(line, scope, name, "increment" + sign, value, source=source)
        return value

    def changed_unseen(self, scope, name, value):
        """Keep what an array is where it is no more what it was last: set to zeros by a method or another name."""
        history = self.history.get((scope, name, "value"))
        if history and value.nbytes <= COMPARED_BYTES and not same(history[-1], Record(0, 0, "", "", "", value, "")):
            self.put(0, scope, name, "value", value)

    def seen(self, line, scope, instance, source, value, kind):
        """A value was printed, returned or kept in a list, or is an operand that has no name."""
        owned = self.owners.get(id(value)) if kind == "operand" else None
        if owned is not None and owned[0] is value:
            # it has one
            return value
        if self.pending and type(value) not in NUMBERS:
            self.flush()
        scope, _, _ = self.place(scope, instance, "", None, None)
        self.put(line, scope, source, kind, value, source=source)
        return value

    def arguments(self, line, scope, instance, given):
        """A function was called."""
        scope, _, _ = self.place(scope, instance, "", None, None)
        if self.pending and not all(type(value) in NUMBERS for value in given.values()):
            self.flush()
        for name, value in given.items():
            self.holders.keep(name, value)
            self.put(line, scope, name, "argument", value)

    def place(self, scope, instance, name, base, attribute):
        """Return scope, name and value; a method's names belong to its instance, an attribute to its object."""
        if instance is not None:
            scope = f"{scope}#{self.instance(instance)}"
        if attribute is None:
            return scope, name, base
        number = self.instance(base)
        return f"#{number}", f"{name}.{attribute}", getattr(base, attribute, None)

    def instance(self, thing):
        """Return the number of an object, which is kept so that no other gets its identity."""
        if id(thing) not in self.instances:
            self.instances[id(thing)] = (len(self.instances), thing)
        return self.instances[id(thing)][0]

    def put(self, line, scope, name, kind, value, *, source="", updated=False, depth=0):
        """Keep a value: an array, a number, or each of a few in a list or a dict."""
        self.number += 1
        if self.number % 64 == 0:
            turns.stop_anywhere(self)
        array = parts.as_array(value)
        if array is None:
            if depth < MOST_DEPTH:
                for more, part in parts.parts_of(value):
                    if kind == "value" and isinstance(part, self.numpy.ndarray):
                        # changed in place later, by a loop's name for it, it is still this part
                        self.owner(scope, name + more, part, updated=False)
                    self.put(line, scope, name + more, kind, part, source=source, updated=updated, depth=depth + 1)
            return
        if array.nbytes > ARRAY_BYTES:
            self.remarks.add((name[:60], str(tuple(array.shape))))
            return
        if kind == "value":
            self.rows.own(scope, name, value)
        self.keep(
            Record(self.number, line, scope, name, kind, array, source),
            updated and (array.ndim > 0 or array.dtype.kind == "f"),
        )

    def keep(self, record, updated):
        """Put a record in its place, with what stood beside it where it is an update or a printed number."""
        key = (record.scope, record.name, record.line, record.kind)
        chain = (record.scope, record.name, record.kind[:9])
        history = self.history.get(chain)
        if history is None:
            history = self.history[chain] = deque(maxlen=KEPT)
        before = history[-1] if history else None
        if before is not None and same(before, record):
            before.again = record.number
            if record.kind == "value":
                self.latest[key] = before
                return
        if record.kind == "value" and not updated and chain in self.rounds:
            self.assigned.add(chain)
        moved = updated and not (before is None and self.was_there(record))
        record.prev = before
        if len(history) == KEPT:
            history[1].prev = None
        history.append(record)
        self.latest[key] = record
        if updated:
            self.updated(chain, record, moved=moved)
        elif record.value.size == 1 and record.value.dtype.kind == "f" and may_be_loss(record):
            self.scalars.pop(key, None)
            if len(self.scalars) < MOST_CONTEXTS:
                self.scalars[key] = (record, self.latest.copy())

    def was_there(self, record):
        """Say whether a function was given this value, or the module has it: in a dict of which another part moved."""
        places = ((record.scope, record.name, "argument"), ("", record.name, "value"))
        return any(same(self.history[place][-1], record) for place in places if self.history.get(place))

    def updated(self, chain, record, *, moved):
        """Keep what stood at the first updates of a name, and at the last one; one that did not move ends no round."""
        count = self.rounds[chain] = self.rounds.get(chain, 0) + moved
        if count > 1 and not self.first_over:
            self.first_over = True
            self.deadline = min(self.deadline, time.monotonic() + self.training_seconds)
        state = (record, self.latest.copy())
        if moved and count <= FIRST_UPDATES and len(self.rounds) <= MOST_FIRST:
            # records forget in time what came before them
            befores = {(key, "before"): kept.prev for key, kept in self.latest.items() if kept.prev is not None}
            self.first.append((chain, (record, {**state[1], **befores})))
        self.last.pop(chain, None)
        self.last[chain] = state


def start_clock(seconds):
    """Have the file stopped when its time is over, also where it assigns nothing."""

    def stop(signum, frame):
        raise turns.Stopped

    try:
        signal.signal(signal.SIGALRM, stop)
        signal.setitimer(signal.ITIMER_REAL, seconds)
    except (AttributeError, ValueError, OSError):
        return
