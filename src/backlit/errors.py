"""The one error type of backlit, and the helper that suggests a near name."""

from collections.abc import Iterable

__all__ = ["BacklitError", "nearest", "printable", "unknown_name"]


class BacklitError(ValueError):
    """Something given to backlit cannot be used.

    The message is one sentence for a person: what was expected, what came, and where. The command line prints
    it and exits with status 2. It is a ``ValueError``, so code written for NumPy or scikit-learn catches it.
    """


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the name in ``known`` that is spelled most like ``name``, or None.

    >>> nearest("sigmiod", ["tanh", "sigmoid"])
    'sigmoid'
    """
    # imported for an error only: `backlit explain` starts without it
    import difflib

    matches = difflib.get_close_matches(name.lower(), list(known), n=1, cutoff=0.5)
    return matches[0] if matches else None


def unknown_name(kind: str, name: object, known: Iterable[str]) -> BacklitError:
    """Build the error for a name that is not in a table, with the nearest one suggested.

    >>> print(unknown_name("activation", "reul", ["relu", "tanh"]))
    unknown activation 'reul'; did you mean 'relu'? Known: relu, tanh
    """
    known = list(known)
    near = nearest(name, known) if isinstance(name, str) else None
    hint = f"; did you mean '{near}'? Known: " if near else "; known: "
    return BacklitError(f"unknown {kind} {name!r:.60}{hint}{', '.join(known)}")


def printable(text: str) -> str:
    r"""Return a text without what a terminal takes for an order; its line ends stay.

    >>> printable("an\x1b[31mna")
    'an?[31mna'
    """
    return "".join(c if c.isprintable() or c == "\n" else " " if c.isspace() else "?" for c in text)
