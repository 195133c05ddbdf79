"""Whose rows the lists in a list of lists are, where a loop takes them in hand. Standard library only."""

MOST_ROWS = 256


class Rows:
    """The rows of lists of lists, by the name that had them first."""

    def __init__(self):
        self.holders, self.held = {}, {}

    def of(self, value):
        """Return (list of lists, its key) that a row belongs to, None for what is no row."""
        known = self.holders.get(id(value))
        return known[1:] if known is not None and known[0] is value else None

    def in_hand(self, value, pending):
        """Say whether a value is a row of what is being given part by part: a loop goes on to the next."""
        known = self.of(value)
        return known is not None and known[1] in pending

    def own(self, scope, name, value):
        """Keep the rows of a value for its name, while it has them."""
        if type(value) is not list or type(value[0]) is not list:
            return
        first = self.of(value[0])
        if first is not None and first[0] is value:
            return
        for row in self.held.pop((scope, name), ()):
            self.holders.pop(id(row), None)
        if len(value) <= MOST_ROWS:
            self.held[scope, name] = list(value)
            self.holders.update((id(row), (row, value, (scope, name))) for row in value)
