"""Signatures of journal lines: what somebody else put into a journal is no grade of ours."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["is_signed", "key_path", "signed"]

SIGNATURE = "signature"
KEY_BYTES = 32


def key_path() -> Path:
    """Return where the key is kept: in the folder where programs keep what is neither settings nor documents."""
    home = os.environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    return Path(home, "backlit", "journal.key")


def signed(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a journal's entry with its signature."""
    return {**entry, SIGNATURE: _signature(entry)}


def is_signed(entry: Mapping[str, Any]) -> bool:
    """Say whether an entry has the signature that ``signed`` would give it, here and by this user."""
    told = entry.get(SIGNATURE)
    rest = {key: value for key, value in entry.items() if key != SIGNATURE}
    return isinstance(told, str) and hmac.compare_digest(told.encode("utf-8", "replace"), _signature(rest).encode())


def _signature(entry: Mapping[str, Any]) -> str:
    content = json.dumps(entry, sort_keys=True).encode()
    return hmac.new(_key(str(key_path())), content, hashlib.sha256).hexdigest()


@cache
def _key(path: str) -> bytes:
    """Return the user's key, made the first time; where none can be kept, one of this process alone."""
    with suppress(OSError):
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        _make(path)
    key = _kept(path)
    return key or secrets.token_bytes(KEY_BYTES)


def _make(path: str) -> None:
    """Make a key's file, whole from its first moment, unless there is one that can be used."""
    if _kept(path):
        return
    with suppress(FileNotFoundError):
        os.unlink(path)
    part = f"{path}.{secrets.token_hex(4)}.part"
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
        with suppress(FileExistsError):
            # another process may have been faster: then its key is the key
            os.link(part, path)
    finally:
        os.unlink(part)


def _kept(path: str) -> bytes | None:
    """Return the key in a file that nobody else could read or write."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(descriptor, "rb") as file:
            facts = os.fstat(descriptor)
            key = file.read(KEY_BYTES + 1)
    except OSError:
        return None
    closed = facts.st_uid == os.getuid() and not facts.st_mode & 0o077
    return key if closed and len(key) == KEY_BYTES else None
