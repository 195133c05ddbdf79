"""When a file whose time is over is stopped: between two steps, where a loop goes round."""

import sys
import time

PATIENCE, MOST_PATIENCE, FEWEST_ROUNDS = 0.5, 2.0, 3


class Stopped(BaseException):
    """The time that a file has for its training is over: what it recorded so far is looked at."""


class Loops:
    """The loops that go round, outermost first: frame, line, how deep it is there, its first record, its last.

    The frames are held, so that no other gets their identity.
    """

    def __init__(self):
        self.around = []

    def turn(self, frame, line, depth, number):
        """Return how many loops are around one that goes round, its first record, and that at its last turn."""
        for place, (*loop, born, since) in enumerate(self.around):
            if loop == [frame, line, depth]:
                self.around[place:] = [(*loop, born, number)]
                return place, born, since
        alive = []
        step = frame.f_back
        while step is not None:
            alive.append(step)
            step = step.f_back
        self.around = [one for one in self.around if one[0] in alive or (one[0] is frame and one[2] < depth)]
        self.around.append((frame, line, depth, number, number))
        return len(self.around) - 1, number, number


def stop_between_steps(recorder, line, depth):
    """Stop a file whose time is over where the outermost loop goes round.

    Where that takes long, or began late, any loop will do whose last round updated all that is updated again and
    again: a whole step.
    """
    place, born, since = recorder.loops.turn(sys._getframe(2), line, depth, recorder.number)
    late = time.monotonic() - recorder.deadline
    if late <= 0:
        return
    outermost = place == 0 and 2 * born <= recorder.number
    if outermost or (late >= place * PATIENCE and all_updated(recorder, since)):
        recorder.amid_a_step = False
        raise Stopped


def stop_anywhere(recorder):
    """Stop a file whose time is long over."""
    if time.monotonic() > recorder.deadline + MOST_PATIENCE:
        raise Stopped


def all_updated(recorder, since):
    """Say whether all that is updated again and again was so after a record."""
    again = [
        recorder.touched.get(chain[:2], at.number)
        for chain, (at, _) in recorder.last.items()
        if recorder.rounds[chain] >= FEWEST_ROUNDS and 2 * at.number >= recorder.number
    ]
    return bool(again) and min(again) > since
