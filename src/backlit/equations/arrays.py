"""What the equations ask of their arrays: the Python array API standard, and nothing else."""

from typing import Any, TypeAlias

__all__ = ["Array", "namespace"]

Array: TypeAlias = Any
"""An array of any library that follows the array API standard."""


def namespace(array: Array) -> Any:
    """Return the array API namespace of ``array``, so that one equation serves every library.

    Source: Python array API standard 2024.12, ``__array_namespace__``.

    >>> import numpy as np
    >>> namespace(np.zeros(3)) is np
    True
    """
    return array.__array_namespace__()
