"""One value as a recorder keeps it, and what is asked of it."""

import re

COMPARED_BYTES = 1 << 16
# numbers that may be a loss, in a few languages: what stood beside them is kept
MAY_BE_LOSS = re.compile(
    "loss|cost|err|mse|entropy|fehler|verlust|kosten|perd|perte|co[uû]t|custo|ecm|^j$|^e$|^l$", re.IGNORECASE
)


class Record:
    """One value of a name, or one increment of it.

    ``prev`` is the one before, ``again`` is when it last came once more.
    """

    __slots__ = ("again", "kind", "line", "name", "number", "prev", "scope", "seen", "source", "value")

    def __init__(self, number, line, scope, name, kind, value, source):
        self.number, self.line, self.scope, self.name, self.kind = number, line, scope, name, kind
        self.value, self.source, self.prev, self.again = value, source, None, number


def may_be_loss(record):
    """Say whether a number was printed, returned or kept, or has a loss's name."""
    return record.kind in ("seen", "return") or (record.kind == "value" and MAY_BE_LOSS.search(record.name))


def same(before, record):
    """Say whether a value is the one before once more; large ones are not looked at."""
    a, b = before.value, record.value
    if a.nbytes > COMPARED_BYTES:
        return False
    return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()
