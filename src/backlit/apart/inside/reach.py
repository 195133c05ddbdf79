"""Every float that a file's names reach while it runs: arrays, lists of numbers and single numbers, each by its path.

A path is how the file itself gets there, ``net.layers[0].W``; the same run of the same file has the same paths.
"""

import ctypes
import types

import parts
import values

MOST_ENTRIES, WIDEST, DEEPEST, MOST = 1 << 20, 300, 7, 4000
PLAIN = (int, float, bool, complex, str, bytes, type(None), type, types.ModuleType, types.BuiltinFunctionType)


class Reached:
    """A value at its path: ``give`` puts another number in its place, None for what is changed in place."""

    __slots__ = ("give", "path", "value")

    def __init__(self, path, value, give):
        self.path, self.value, self.give = path, value, give

    def array(self):
        """Return a copy in float64."""
        return values._numpy.array(self.value, dtype="float64")

    def is_large(self):
        """Say whether it has more entries than are nudged."""
        return getattr(self.value, "size", 1) > MOST_ENTRIES

    def sums(self):
        """Return what tells of a large array that it moved: its sum, and that of its squares."""
        flat = self.value.ravel()
        return values._numpy.array([float(flat.sum()), float(flat @ flat)])

    def put(self, array):
        """Give it other numbers."""
        if isinstance(self.value, values._numpy.ndarray):
            self.value[...] = array
        elif type(self.value) is list:
            _put_list(self.value, array)
        else:
            self.give(float(array))


def _put_list(value, array):
    for index, part in enumerate(value):
        if type(part) is list:
            _put_list(part, array[index])
        else:
            value[index] = float(array[index])


def reached(frame, filename):
    """Return what the names of a frame, and of the frames around it, reach; the innermost names first."""
    walk = Walk(filename)
    while frame is not None and len(walk.found) < MOST:
        if frame.f_code.co_filename == filename:
            is_module = frame.f_locals is frame.f_globals
            for name, value in list(frame.f_locals.items()):
                if not name.startswith("__"):
                    walk.visit(name, value, _giver(frame, name, is_module), 0)
            if is_module:
                break
        frame = frame.f_back
    return walk.found


def _giver(frame, name, is_module):
    """Return what gives a name of a frame a number."""
    if is_module:
        return lambda number: frame.f_globals.__setitem__(name, number)

    def give(number):
        frame.f_locals[name] = number
        # until Python 3.13 a function's names are a copy of what it works with
        write = getattr(ctypes.pythonapi, "PyFrame_LocalsToFast", None)
        if write is not None:
            write(ctypes.py_object(frame), ctypes.c_int(0))

    return give


class Walk:
    """Goes through what values hold, each once."""

    def __init__(self, filename):
        self.filename, self.found, self.seen, self.paths = filename, [], set(), set()

    def visit(self, path, value, give, depth):
        """Keep a value of floats, or go through what it holds."""
        numpy = values._numpy
        if isinstance(value, (float, numpy.floating)):
            if give is not None:
                self.keep(path, value, give)
            return
        if isinstance(value, (*PLAIN, numpy.generic)) or id(value) in self.seen or depth > DEEPEST:
            return
        self.seen.add(id(value))
        if isinstance(value, numpy.ndarray):
            if value.dtype.kind in "fiub" and value.size > 0:
                self.keep(path, value, None)
        elif type(value) is list and _is_array(value):
            self.keep(path, value, None)
        else:
            for more, part, gives in self.held(value):
                self.visit(path + more, part, gives, depth + 1)

    def keep(self, path, value, give):
        """Keep one, by a path that no other has."""
        number, alone = 1, path
        while path in self.paths:
            number += 1
            path = f"{alone}~{number}"
        self.paths.add(path)
        self.found.append(Reached(path, value, give))

    def held(self, value):
        """Yield (how its path goes on, a part, what gives that part a number) of what a value holds."""
        if isinstance(value, (list, tuple)) and len(value) <= WIDEST:
            fixed = isinstance(value, tuple)
            for index, part in enumerate(value):
                yield f"[{index}]", part, None if fixed else _item(value, index)
        elif isinstance(value, dict) and len(value) <= WIDEST:
            for key, part in list(value.items()):
                yield f"[{key!r}]"[:60], part, _item(value, key)
        elif isinstance(value, types.MethodType):
            yield "", value.__self__, None
        elif isinstance(value, types.FunctionType):
            yield from self.kept(value)
        elif type(value).__module__ == "__main__":
            slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
            for name in [*getattr(value, "__dict__", {}), *slots]:
                if type(name) is str and hasattr(value, name):
                    yield f".{name}", getattr(value, name), _attribute(value, name)

    def kept(self, function):
        """Yield what a function of the file's own keeps of the one around it."""
        if function.__code__.co_filename != self.filename:
            return
        for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
            try:
                yield f".{name}", cell.cell_contents, _attribute(cell, "cell_contents")
            except ValueError:
                continue


def _is_array(value):
    array = parts.as_array(value)
    return array is not None and array.dtype.kind == "f"


def _item(holder, key):
    return lambda number: holder.__setitem__(key, number)


def _attribute(holder, name):
    return lambda number: setattr(holder, name, number)
