"""Safetensors files with a digest: what was written is what is read, or the file says that it is damaged.

The digest, SHA-256, is over all tensors and all metadata. It stands among the metadata, as hexadecimal text under
``digest``. The same tensors and metadata give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from backlit.errors import BacklitError
from backlit.warned import warn_user

__all__ = ["digest_of", "other_format", "read_sealed", "sealed_bytes"]

DIGEST = "digest"
WITHOUT_DIGEST = {"format", "network", "written_by", "table", "record", "identity", "run"}
"""All metadata that files of before the digest have: with another name among them, the digest itself is damaged."""


def sealed_bytes(tensors: Mapping[str, np.ndarray], metadata: Mapping[str, str]) -> bytes:
    """Return the content of a safetensors file that holds the tensors, the metadata, and the digest over both.

    >>> one, other = np.ones((3, 4)), np.zeros(2)
    >>> sealed_bytes({"a": one, "b": other}, {"x": "1", "y": "2"}) == sealed_bytes(
    ...     {"b": other, "a": one}, {"y": "2", "x": "1"}
    ... )
    True
    """
    from safetensors.numpy import save as to_bytes

    content: bytes = to_bytes(dict(tensors))
    size = int.from_bytes(content[:8], "little")
    # the library writes metadata in an order that differs from call to call
    words = {**metadata, DIGEST: digest_of(tensors, metadata)}
    header = {"__metadata__": {name: words[name] for name in sorted(words)}, **json.loads(content[8 : 8 + size])}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + content[8 + size :]


def digest_of(tensors: Mapping[str, np.ndarray], metadata: Mapping[str, str]) -> str:
    """Return the SHA-256, in hexadecimal, over the names, types, shapes and bytes of tensors, and the metadata.

    A digest among the metadata is left out.
    """
    names = sorted(tensors)
    words = {
        "metadata": {name: text for name, text in metadata.items() if name != DIGEST},
        "tensors": [[name, str(tensors[name].dtype), list(tensors[name].shape)] for name in names],
    }
    digest = hashlib.sha256(json.dumps(words, sort_keys=True).encode())
    for name in names:
        tensor = tensors[name]
        digest.update(np.ascontiguousarray(tensor, tensor.dtype.newbyteorder("<")).data)
    return digest.hexdigest()


def read_sealed(path: Path, formats: Sequence[str], what: str) -> tuple[dict[str, str], dict[str, np.ndarray]]:
    """Return the metadata, "format" among them, and the tensors of a file of one of the ``formats``.

    ``what`` is what the error calls such a file. A file of before there was a digest is read with a warning.
    Raises BacklitError, naming the file, where it is not there, not readable, damaged, foreign, or by a newer version.
    """
    metadata, tensors = _parts(path, _content(path), what)
    if metadata["format"] not in formats:
        raise other_format(path, metadata, formats[0])
    _check_digest(path, metadata, tensors)
    return metadata, tensors


def other_format(path: Path, metadata: Mapping[str, str], expected: str) -> BacklitError:
    """Build the error for a file whose format is not the one expected."""
    return BacklitError(
        f"{path}: expected format {expected}, got {metadata['format']!s:.60}, "
        f"written by {metadata.get('written_by', 'an unknown program')!s:.60}; a newer backlit may read it"
    )


def _content(path: Path) -> bytes:
    try:
        if path.is_char_device() or path.is_block_device():
            # some never end
            raise BacklitError(f"{path}: expected a file to read, got a device")
        return path.read_bytes()
    except BacklitError:
        raise
    except (OSError, ValueError) as error:
        # a ValueError is how Python refuses a path that holds a null character
        reason = getattr(error, "strerror", None) or error
        raise BacklitError(f"{path}: could not be read, {reason}") from None


def _parts(path: Path, content: bytes, what: str) -> tuple[dict[str, str], dict[str, np.ndarray]]:
    from safetensors import SafetensorError
    from safetensors.numpy import load as from_bytes

    try:
        # the library checks that header, offsets and size agree before any tensor is made
        tensors = from_bytes(content)
        size = int.from_bytes(content[:8], "little")
        metadata = json.loads(content[8 : 8 + size]).get("__metadata__", {})
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        got = "an empty file" if not content else f"a file that is damaged or of another kind ({_reason(error):.80})"
        raise BacklitError(f"{path}: expected {what}, got {got}") from None
    if not isinstance(metadata, dict) or "format" not in metadata:
        raise BacklitError(f"{path}: expected {what}, got a safetensors file of another program")
    return metadata, tensors


def _reason(error: Exception) -> str:
    return str(error).replace("\n", " ")


def _check_digest(path: Path, metadata: Mapping[str, Any], tensors: Mapping[str, np.ndarray]) -> None:
    told = metadata.get(DIGEST)
    if told is None and set(metadata) <= WITHOUT_DIGEST:
        warn_user(
            f"{path}: written by a backlit that added no digest, so damage to its numbers would not be noticed; "
            "saved again, it has one",
        )
    elif told != digest_of(tensors, metadata):
        raise BacklitError(
            f"{path}: damaged, its tensors and metadata are not those that were written: "
            f"expected SHA-256 {told!s:.12}..., got {digest_of(tensors, metadata):.12}...; use a copy of it"
        )
