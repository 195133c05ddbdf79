"""What an instrumented file calls while it is run again and again: which loops go round, and what one round gives.

A moment of a run is a count of these calls; the same file with the same random numbers has the same moments.
"""

import sys
import time
from collections import deque

import instrument
import parts
import values

MOST_CALLS, MOST_ENTRIES, MOST_ALIKE, WIDEST, MOST_ROUNDS = 400_000, 20_000, 8, 24, 6


class Over(BaseException):
    """What was wanted of a run is there, or its time is over."""


class Watch:
    """Counts the calls; is told of each round and each value by ``turned`` and ``told``."""

    def __init__(self, deadline):
        self.deadline, self.moment, self.ended = deadline, 0, False

    def names(self):
        """Return the functions that the instrumented file calls."""
        return {
            instrument.VALUE: self.value,
            instrument.CONTAINER: self.value,
            instrument.INCREMENT: self.increment,
            instrument.SEEN: self.seen,
            instrument.ARGUMENTS: self.arguments,
            instrument.TURN: self.turn,
            instrument.CALL: lambda line: None,
        }

    def count(self):
        """One more call."""
        self.moment += 1
        if self.ended or self.moment > MOST_CALLS or (self.moment % 64 == 0 and time.monotonic() > self.deadline):
            # a file that catches everything is ended at its next call
            self.ended = True
            raise Over

    def value(self, line, scope, instance, name, base, attribute, updated):
        """A name, an attribute or a part was given a value."""
        self.count()
        if attribute is None:
            self.told(line, name, "value", base)
        else:
            self.told(line, f"{name}.{attribute}", "value", getattr(base, attribute, None))

    def increment(self, line, scope, instance, name, base, attribute, indexes, sign, source, value):
        """Something is about to be added to a name, or taken from it."""
        self.count()
        self.told(line, name if attribute is None else f"{name}.{attribute}", "increment", value)
        return value

    def seen(self, line, scope, instance, source, value, kind):
        """A value was printed, returned, kept in a list, or is an operand."""
        self.count()
        self.told(line, source, kind, value)
        return value

    def arguments(self, line, scope, instance, given):
        """A function was called."""
        self.count()
        for name, value in given.items():
            self.told(line, name, "argument", value)

    def turn(self, line, depth):
        """A round of a loop begins; that is so, also as a condition."""
        self.count()
        self.turned(sys._getframe(1), line, depth)
        return True

    def told(self, line, name, kind, value):
        """Nothing is made of it here."""

    def turned(self, frame, line, depth):
        """Nothing is made of it here."""


class Survey(Watch):
    """Which loops go round: ``loops`` has of each line the moments at which the rounds of one such loop begin."""

    def __init__(self, deadline):
        super().__init__(deadline)
        self.around, self.loops = [], {}

    def turned(self, frame, line, depth):
        """Note the moment, and which loops are over."""
        alive, step = set(), frame
        while step is not None:
            alive.add(id(step))
            step = step.f_back
        kept = [one for one in self.around if id(one[0]) in alive and (one[0] is not frame or one[2] <= depth)]
        kept = [one for one in kept if one[0] is not frame or one[2] < depth or one[1] == line]
        self.around = kept
        if not kept or kept[-1][:3] != (frame, line, depth):
            kept.append((frame, line, depth, []))
        moments = kept[-1][3]
        moments.append(self.moment)
        if len(moments) > len(self.loops.get(line, ())) and len(moments) <= MOST_ROUNDS:
            self.loops[line] = moments


class Round(Watch):
    """One round, from ``begin`` to ``end``: what was told in it, and ``at_begin`` and ``at_end`` with the frame.

    Of what one line tells of one name the last few values are kept, and how often it was told.
    """

    def __init__(self, deadline, begin, end, at_begin, at_end):
        super().__init__(deadline)
        self.begin, self.end, self.at_begin, self.at_end = begin, end, at_begin, at_end
        self.whole, self.kept, self.counts = False, {}, {}

    def turned(self, frame, line, depth):
        """Do what is to be done at the round's begin and end."""
        if self.moment == self.begin:
            self.at_begin(frame)
        elif self.moment == self.end:
            self.at_end(frame)
            self.whole = self.ended = True
            raise Over

    def told(self, line, name, kind, value, depth=0):
        """Keep an array, a number, or each of a few in a list or a dict."""
        if self.moment <= self.begin:
            return
        array = parts.as_array(value)
        if array is not None:
            key = (line, name[:120], kind)
            self.counts[key] = self.counts.get(key, 0) + 1
            if array.size <= MOST_ENTRIES:
                self.kept.setdefault(key, deque(maxlen=MOST_ALIKE)).append(array.astype("float64"))
        elif depth < 2 and isinstance(value, (list, tuple, dict)) and len(value) <= WIDEST:
            numpy = values._numpy
            for more, part in parts.parts_of(value):
                if isinstance(part, (float, numpy.ndarray, numpy.floating, list, tuple, dict)):
                    self.told(line, name + more, kind, part, depth + 1)

    def records(self):
        """Return (line, name, kind, how often, array) of all that was kept, in an order that every run has."""
        return [(*key, self.counts[key], array) for key in sorted(self.kept) for array in self.kept[key]]
