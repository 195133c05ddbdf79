"""The file's own names for its objects: ``net.layers[0]`` of the module, else what a function called them."""

from collections import Counter

import parts

MOST_HELD, WIDEST = 64, 24
PLAIN = (int, float, bool, str, bytes, type(None), list, tuple, dict, set)


class Holders:
    """What functions gave names to that is, or holds, objects of the file's own: the names are gone when it ends."""

    def __init__(self):
        self.held = {}

    def keep(self, name, value):
        """Keep a name's value, where it is an object or a list of some."""
        if name in self.held or len(self.held) >= MOST_HELD:
            # the first one stays: a loop's own name for one after the other is none of theirs
            return
        listed = type(value) in (list, tuple)
        first = value[0] if listed and 0 < len(value) <= WIDEST else value
        own = type(first) not in PLAIN and type(getattr(first, "__dict__", None)) is dict
        if own or (listed and not value):
            self.held[name] = value


class Names:
    """Names of the file's own for what belongs to an object, or to one call of a function."""

    def __init__(self, recorder, scope):
        self.instances, self.found = recorder.instances, {}
        calls = [(number, thing.line) for number, thing in recorder.instances.values() if type(thing) is parts.Call]
        lines = [line for _, line in calls]
        self.calls = {number: lines.count(line) for number, line in calls}
        for name, value in [*scope.items(), *recorder.holders.held.items()]:
            if type(name) is str and not name.startswith("__"):
                self.find(name, value, 0)
        nameless = [(number, type(thing)) for number, thing in recorder.instances.values() if number not in self.found]
        kinds = Counter(kind for _, kind in nameless)
        self.several = {number for number, kind in nameless if kinds[kind] > 1}

    def find(self, name, value, depth):
        """Name an object, what its attributes hold, and what a list holds."""
        if depth > 3:
            return
        known = self.instances.get(id(value))
        if known is not None:
            if known[0] in self.found:
                return
            self.found[known[0]] = name
            held = getattr(value, "__dict__", None)
            for attribute, part in list(held.items()) if type(held) is dict else []:
                self.find(f"{name}.{attribute}", part, depth + 1)
            return
        calls = {self.instances[id(call)][0] for call in parts.calls_of(value) if id(call) in self.instances}
        if len(calls) == 1:
            self.found.setdefault(calls.pop(), name)
        elif type(value) in (list, tuple) and len(value) <= WIDEST:
            for index, part in enumerate(value):
                self.find(f"{name}[{index}]", part, depth + 1)
        elif type(value) is dict and len(value) <= WIDEST:
            for key, part in list(value.items()):
                if parts.calls_of(part):
                    self.find(f"{name}[{key!r}]", part, depth + 1)

    def of(self, scope, name):
        """Return scope and name as the file has them: an instance's attribute by the instance's name."""
        function, _, number = scope.rpartition("#")
        if not number.isdecimal():
            return scope, name
        number = int(number)
        instance = self.found.get(number)
        if number in self.calls:
            return (function if self.calls[number] == 1 else f"{function} of {instance or number}"), name
        if function:
            return f"{function} of {instance or number}", name
        if instance:
            return "", f"{instance}.{name.rpartition('.')[2]}"
        # one of several keeps apart what has one name in all of them
        return (f" of {number}" if number in self.several else ""), name
