"""What the numbers of a wrong derivative show where no mistake, or a factor alone, is named."""

from __future__ import annotations

import numpy as np

from backlit.check.factors import meanings
from backlit.check.local import Local
from backlit.check.report import Verdict
from backlit.check.verdicts import constant_ratio
from backlit.check.wrong_claim import Wrong, first

__all__ = ["shown"]


def shown(array: Wrong, local: Local | None, n: int) -> str:
    """Say what the numbers show where no mistake, or a factor alone, is named."""
    if array.claim.values.shape != array.expected.shape:
        return _shape_fact(array, local)
    if not np.isfinite(array.claim.values).all():
        return _worst(array.verdict)
    ratio = constant_ratio(first(array), array.expected[0])
    if ratio is not None:
        sizes = {"the number of samples": n}
        if local is not None and local.value.ndim:
            sizes |= {"the number of outputs": local.value.shape[-1], "the number of all outputs": local.value.size}
        if array.facts.weights is None:
            sizes |= {"the number of all entries": array.facts.point.size}
        digits = 3 if array.facts.found.is_coarse else 6
        said = meanings(ratio, sizes) or _whole(ratio if abs(ratio) > 1 else 1 / ratio)
        return f"every entry is {ratio:.{digits}g} times the right one{said}"
    facts = [_worst(array.verdict), _implied(array, local), _scalar(array, local)]
    facts.append(_missing_share(array, local))
    return " ".join(fact for fact in facts if fact)


def _whole(ratio: float) -> str:
    """Say what a factor that is a whole number, or one over it, is most often."""
    known = abs(ratio - round(ratio)) < 1e-6 * abs(ratio) and abs(ratio) < 1e6
    return " (a whole number: of the samples or entries that one of the two averages over?)" if known else ""


def _worst(result: Verdict) -> str:
    fact = result.remark or f"it is {result.claimed:.6g} at {result.address}, expected {result.expected:.6g}"
    return fact[:1].upper() + fact[1:] + "."


def _implied(array: Wrong, local: Local | None) -> str:
    """Say which slope the claimed values imply, and what else has that value."""
    if local is None or array.expected.shape[1:] != local.point.shape or not local.point.size:
        return ""
    if local.slope is None:
        several = local.same_shape and local.value.ndim > 0
        return "Each output depends on several inputs: what comes back is the Jacobian's, a matrix." if several else ""
    weights = array.facts.weights if array.facts.weights is not None else np.ones((1, *local.point.shape))
    off = np.abs(array.claim.values[0] - array.expected[0])
    if not np.isfinite(off).all():
        return ""
    at = tuple(int(i) for i in np.unravel_index(int(np.argmax(off)), off.shape))
    if not weights[0][at]:
        return ""
    implied = float(array.claim.values[0][at] / weights[0][at])
    known = {"its output": local.value[at], "its input": local.point[at]}
    same = [f", which is {what}" for what, value in known.items() if abs(implied - value) < 1e-6 * max(1, abs(value))]
    place = f"entry {[i + 1 for i in at]}" if at else "the point"
    return f"It is as if the slope at {place} were {implied:.6g}{''.join(same[:1])}; right is {local.slope[at]:.6g}."


def _scalar(array: Wrong, local: Local | None) -> str:
    """Hints for a function of one value, such as a loss."""
    if local is None or array.facts.weights is not None or local.value.shape != ():
        return ""
    off = np.abs(array.claim.values[0] - array.expected[0]) > 1e-5 * np.abs(array.expected[0]) + 1e-9
    hint = "Function (a loss, say) and gradient disagree; either may be wrong: compare their signs and factors."
    if int(off.sum()) == 1 and array.facts.point.size > 2:
        more = float((array.claim.values[0] - array.expected[0])[off][0])
        at = float(array.facts.point[off][0])
        share = f", or {more / at:.6g} times the point's own entry" if at else ""
        hint += f" The one wrong entry differs by {more:.6g}{share}: a bias that is penalised, or left out of a sum?"
    elif off.any() and not off.all():
        hint += " Where a value that is used more than once is the wrong one, its shares must be added up (+=, not =)."
    return hint


def _missing_share(array: Wrong, local: Local | None) -> str:
    """Say how much is missing where most of a parameter's entries are wrong: it may be what another use of it adds."""
    if array.facts.weights is None or local is None or local.slope is not None:
        return ""
    if array.verdict.quantity == "gradient at X":
        return ""
    at, missing = array.verdict.address, (array.verdict.expected or 0.0) - (array.verdict.claimed or 0.0)
    return (
        f"Missing at {at} is {missing:.6g}: where it is used more than once (tied weights), "
        "the shares of all its uses add up."
    )


def _shape_fact(array: Wrong, local: Local | None) -> str:
    fact = array.verdict.remark
    fact = fact[:1].upper() + fact[1:] + "."
    if array.facts.weights is None and local is not None and local.value.ndim and local.slope is None:
        k = f"{local.value.size} × {local.point.size}"
        fact += f" Each output depends on several inputs: the derivative is a {k} matrix, the Jacobian."
    return fact
