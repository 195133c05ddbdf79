"""What a recorder kept, as plain data that can leave the process: records, different arrays, and what stood when."""

import base64

import naming

TOLD_BYTES, MOST_CONTEXTS = 24 << 20, 24


def told(recorder, scope):
    """Return all that is to be told: ``scope`` is the file's own names, by which objects are called."""
    recorder.flush()
    names = naming.Names(recorder, scope)
    updates = [*first_rounds(recorder), *list(recorder.last.values())[-MOST_CONTEXTS:]]
    states = [(*state, True) for state in updates]
    states += [(*state, False) for state in (*recorder.scalars.values(), (None, recorder.latest))]
    telling = Telling(names)
    # the end first: where there is too much, what is told last is left out
    contexts = [
        {"at": telling.place(at), "update": update, "records": [telling.place(latest) for latest in state.values()]}
        for at, state, update in reversed(states)
    ]
    return {
        "records": telling.records,
        "arrays": telling.arrays,
        "contexts": contexts,
        "amid_a_step": recorder.stopped and recorder.amid_a_step,
        "anew": [list(names.of(scope, name)) for scope, name, kind in recorder.assigned if kind == "value"][:200],
        "large": [list(pair) for pair in sorted(recorder.remarks)][:10],
    }


def first_rounds(recorder):
    """Return what stood at the end of the first round of updates, and of the first in which most names moved.

    Where that is the same, the second stands beside it: weights of zeros show nothing before they moved.
    A round is over when a name moves once more. What is given another value in between, such as the value that goes
    through a loop over layers, is no weight and ends no round. A first sample of zeros moves no weights that it meets.
    """
    lasting = [update for update in recorder.first if update[0] not in recorder.assigned]
    rounds, moved = [], set()
    for chain, state in lasting or recorder.first:
        if chain in moved or not rounds:
            moved = set()
            rounds.append((0, state))
        moved.add(chain)
        rounds[-1] = (len(moved), state)
    fullest = max(rounds, key=lambda round_: round_[0], default=None)
    others = rounds[1:2] if fullest in rounds[:1] else [fullest] * (fullest is not None)
    return [state for _, state in rounds[:1] + others]


class Telling:
    """Records and arrays in the order in which they are met, each once."""

    def __init__(self, names):
        self.names, self.records, self.arrays = names, [], []
        self.places, self.array_places, self.size = {}, {}, 0

    def place(self, record):
        """Return the place of a record, told with those before it; None for none."""
        if record is None:
            return None
        chain = []
        step = record
        while step is not None and id(step) not in self.places:
            chain.append(step)
            step = step.prev
        for step in reversed(chain):
            self.places[id(step)] = len(self.records)
            before = None if step.prev is None else self.places[id(step.prev)]
            scope, name = self.names.of(step.scope, step.name)
            self.records.append(
                {
                    "number": step.number,
                    "line": step.line,
                    "scope": scope[:120],
                    "name": name[:120],
                    "kind": step.kind,
                    "array": self.array(step.value),
                    "before": before,
                    "source": step.source[:200],
                    "again": step.again,
                }
            )
        return self.places[id(record)]

    def array(self, value):
        """Return the place of an array, None where there is no room for it."""
        data = value.astype("float64").tobytes()
        key = (value.shape, str(value.dtype), data)
        if key not in self.array_places:
            if self.size + len(data) > TOLD_BYTES:
                return None
            self.size += len(data)
            self.array_places[key] = len(self.arrays)
            shape = [int(n) for n in value.shape]
            self.arrays.append({"shape": shape, "dtype": key[1], "data": base64.b64encode(data).decode()})
        return self.array_places[key]
