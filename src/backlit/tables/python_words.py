"""What is said of a table in the command line's words, said in Python's: ``drop=['id']`` for ``--drop 'id'``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from backlit.errors import BacklitError

__all__ = ["in_python", "refused_in_python"]

OPTION = re.compile(
    r"--(?:(?P<columns>drop|id|keep|text|number|date|boolean|group|time) (?P<name>'[^']*')"
    r"|(?P<word>decimal|date-format|missing|task|encoding) (?P<value>\S+)"
    r"|(?P<no>no-)?(?P<option>[a-z]+(?:-[a-z]+)*))"
)


def in_python(words: str) -> str:
    """Return a sentence with settings in place of options.

    >>> in_python("column 'id' is left out; --keep 'id' uses it")
    "column 'id' is left out; keep=['id'] uses it"
    >>> in_python("say which by --date-format dmy or --date-format mdy")
    "say which by date_format='dmy' or date_format='mdy'"
    """
    return OPTION.sub(_told, words)


def _told(found: re.Match[str]) -> str:
    if found["columns"]:
        name = _setting(found["columns"])
        return f"{name}={found['name']}" if name in ("group", "time") else f"{name}=[{found['name']}]"
    if found["word"]:
        value = found["value"].rstrip(";")
        told = str(value.split(",")) if found["word"] == "missing" else repr(value)
        return f"{_setting(found['word'])}={told}{found['value'][len(value) :]}"
    return f"{found['option']}=False" if found["no"] else _setting(found["option"])


def _setting(option: str) -> str:
    return "ids" if option == "id" else option.replace("-", "_")


@contextmanager
def refused_in_python() -> Iterator[None]:
    """Say what is refused inside in Python's words."""
    try:
        yield
    except BacklitError as error:
        words = in_python(str(error))
        # an error of training carries its network
        if type(error) is not BacklitError or words == str(error):
            raise
        raise BacklitError(words) from None
