"""Safetensors files of backlit's taken apart and put together again, with and without their digest."""

import json

from safetensors.numpy import load, save

from backlit.files.sealed import sealed_bytes


def parts(content):
    """The tensors and the metadata of a file."""
    size = int.from_bytes(content[:8], "little")
    return load(content), json.loads(content[8 : 8 + size])["__metadata__"]


def resealed(content, tensors=None, **metadata):
    """The file with other metadata, and other tensors, and the digest over them."""
    old, words = parts(content)
    words.pop("digest", None)
    return sealed_bytes(old if tensors is None else tensors, {**words, **metadata})


def without_digest(content):
    """The file as backlit wrote it before there was a digest."""
    tensors, metadata = parts(content)
    del metadata["digest"]
    return save(tensors, metadata=metadata)
