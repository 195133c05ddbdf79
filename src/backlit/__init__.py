"""backlit: backpropagation you can see, check, train with and debug."""

from typing import Any

__all__ = [
    "BacklitError",
    "EpochReport",
    "History",
    "Layer",
    "LayerTrace",
    "Network",
    "Trace",
    "TrainingError",
    "load",
    "train",
]

# Each public name, and the module it is fetched from when first asked for: `import backlit` stays light.
_HOMES = {
    "BacklitError": "backlit.errors",
    "EpochReport": "backlit.training.history",
    "History": "backlit.training.history",
    "Layer": "backlit.network",
    "LayerTrace": "backlit.trace",
    "Network": "backlit.network",
    "TrainingError": "backlit.training.watch",
    "Trace": "backlit.trace",
    "load": "backlit.interop.files",
    "train": "backlit.training.loop",
}


def __getattr__(name: str) -> Any:
    import importlib

    if name == "__version__":
        from importlib.metadata import version

        return version("backlit")
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'backlit' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
