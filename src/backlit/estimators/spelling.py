"""Hyper-parameters spelled once: a constructor that passes the rest on shows the rest in its signature."""

import inspect
from collections.abc import Callable
from typing import TypeVar

__all__ = ["with_signature_of"]

Constructor = TypeVar("Constructor", bound=Callable[..., None])


def with_signature_of(shared: Callable[..., None]) -> Callable[[Constructor], Constructor]:
    """Put the keyword-only parameters of ``shared`` where a constructor has ``**others``.

    scikit-learn, help() and editors at run time read a constructor's signature; ``get_params`` is made from it.

    >>> def shared(self, *, a=1, b=2): ...
    >>> @with_signature_of(shared)
    ... def constructor(self, b=3, **others): ...
    >>> print(inspect.signature(constructor))
    (self, b=3, *, a=1)
    """

    def decorated(constructor: Constructor) -> Constructor:
        signature = inspect.signature(constructor)
        own = [p for p in signature.parameters.values() if p.kind is not inspect.Parameter.VAR_KEYWORD]
        named = {parameter.name for parameter in own}
        rest = [p for p in inspect.signature(shared).parameters.values() if p.name not in named]
        constructor.__signature__ = signature.replace(parameters=[*own, *rest])  # type: ignore[attr-defined]
        return constructor

    return decorated
