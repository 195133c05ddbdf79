"""From explanations to findings: what the walk found, in words."""

from __future__ import annotations

from collections.abc import Sequence

from backlit.check.alone import STRAY, Alone, found_in
from backlit.check.implied import implied_slope
from backlit.check.place import Place
from backlit.check.report import Finding, Verdict
from backlit.check.search import UNKNOWN, ZEROS, Found, State
from backlit.check.words import SCALES, array_words, factor_words, filled, ratio_words

__all__ = ["alone_findings", "findings_of", "preferred", "rounded_finding", "several_steps_finding"]


def findings_of(place: Place, states: list[State], verdicts: Sequence[Verdict]) -> list[Finding]:
    """Return a finding for each mistake of the best explanation, first the one nearest the output.

    Where several explanations fit, a finding names as alternatives what the others have in its place.
    """
    best = preferred(states)
    names = list(dict.fromkeys(found.identifier for found in best.found))
    others = [state.names for state in states if state.names != best.names]
    findings = []
    for name in names:
        places = [found for found in best.found if found.identifier == name]
        rest = best.names - {name}
        alternatives = {other for option in others if rest <= option for other in option - rest}
        findings.append(_finding(name, place, places, alternatives, verdicts))
    return findings


def alone_findings(place: Place, told: Alone, verdicts: Sequence[Verdict]) -> list[Finding]:
    """Return a finding for each mistake of arrays told one by one; arrays with the same mistake share it."""
    groups: dict[tuple[str, frozenset[str]], list[Found]] = {}
    for found, others in found_in(told):
        # arrays with the same stray factor share its finding
        own = f" {_ratio(_verdict_of(found, verdicts))}" if found.identifier == STRAY else ""
        groups.setdefault((found.identifier + own, others), []).append(found)
    return [
        _finding(places[0].identifier, place, places, set(others), verdicts) for (_, others), places in groups.items()
    ]


def preferred(states: list[State]) -> State:
    """The explanation whose mistakes are made in most of the places they could be: a habit, not a slip.

    That a gradient was left from an earlier pass comes last: nothing in one pass speaks for it. Where zeros are all
    that is wrong, they are missing gradients first of all.
    """

    def rank(state: State) -> tuple[bool, int, bool, bool, bool, int]:
        n, zeros = len(state.found), state.names <= ZEROS
        return UNKNOWN not in state.names, -len(state.names), "accumulated" not in state.names, zeros, n == 1, n

    return max(states, key=rank)


def _finding(
    name: str, place: Place, places: Sequence[Found], others: set[str], verdicts: Sequence[Verdict]
) -> Finding:
    layers = tuple(dict.fromkeys(found.layer for found in places))
    if name == UNKNOWN:
        # what is wrong below may follow from the first
        layers = layers[:1]
    at = place._replace(layer_index=layers[0] - 1)
    words = filled(name, at, **_facts(name, at, places, verdicts))
    array = _array_alone(name, places, verdicts)
    if array is not None:
        words = array_words(name, at, words, array[0], others=array[1])
    elif name == STRAY or (name in SCALES and _line_by_line(places, verdicts)):
        words = factor_words(at, [v for v in (_verdict_of(f, verdicts) for f in places) if v is not None], verdicts)
    happened, matters, instead = words
    confidence = "none" if name == UNKNOWN else "one of several" if others else "certain"
    return Finding(name, layers[0], layers, confidence, happened, matters, instead, tuple(sorted(others)))


def _array_alone(name: str, places: Sequence[Found], verdicts: Sequence[Verdict]) -> tuple[Verdict, bool] | None:
    """Return the verdict on the one array that has a mistake, and whether the layer's others are right; else None."""
    if len(places) != 1 or name == UNKNOWN or not places[0].part.endswith("gradient"):
        return None
    here = [v for v in verdicts if v.layer == places[0].layer and v.quantity.startswith(("weight", "bias"))]
    mine = _verdict_of(places[0], here)
    return None if mine is None else (mine, len(here) > 1 and all(v.ok for v in here if v is not mine))


def _line_by_line(places: Sequence[Found], verdicts: Sequence[Verdict]) -> bool:
    """Say whether a factor is in single lines: it is not the same in all, or other arrays of their layers are right."""
    mine = [_verdict_of(found, verdicts) for found in places if found.part.endswith("gradient")]
    ratios = {_ratio(verdict) for verdict in mine}
    layers = {found.layer for found in places}
    right = any(v.ok and v.layer in layers and v.quantity.startswith(("weight", "bias")) for v in verdicts)
    return len(mine) == len(places) and "" not in ratios and (len(ratios) > 1 or right)


def _verdict_of(found: Found, verdicts: Sequence[Verdict]) -> Verdict | None:
    """Return the verdict on the array that a mistake is in."""
    kind = found.part.split("_")[0]
    mine = (v for v in verdicts if v.layer == found.layer and v.quantity.startswith(kind))
    return next(mine, None)


def _ratio(verdict: Verdict | None) -> str:
    """Return a factor to four digits: what is one factor to single precision is one."""
    words = "" if verdict is None else ratio_words(verdict)
    return f"{float(words):.4g}" if words else ""


def _facts(name: str, place: Place, places: Sequence[Found], verdicts: Sequence[Verdict]) -> dict[str, str]:
    here = [v for v in verdicts if v.layer == place.layer_index + 1 and not v.ok]
    if name == UNKNOWN:
        remarks = [f"its {v.quantity.replace('_', ' ')} {_said(v)}" for v in here]
        first = "It is the first wrong layer, going backwards"
        said = f"{first}: {'; '.join(remarks)}." if remarks else f"{first}."
        facts = {"facts": said + implied_slope(place, here)}
        only_bias = here and all(v.quantity.startswith("bias") for v in here)
        return facts | ({"right": "{bias_line}"} if only_bias else {})
    parts = {found.part.split("_")[0] for found in places if found.layer == place.layer_index + 1}
    mine = [v for v in here if v.quantity.split("_")[0] in parts] or here
    ratios = [v.claimed / v.expected for v in mine if v.claimed is not None and v.expected]
    twice = bool(ratios) and abs(ratios[0]) > 1
    # one factor throughout, which several mistakes make
    constant = ratio_words(mine[0]) if mine and mine[0].remark.startswith("every entry is") else ""
    together = bool(constant) and not any(abs(abs(float(constant)) / k - 1) < 1e-3 for k in (2, 0.5))
    said = f"with the other mistakes {constant} times" if together else "twice" if twice else "half"
    return {
        "ratio": f"{ratios[0]:.6g}" if name == STRAY and ratios else said,
        "half": "forgotten" if twice else "counted twice",
        "array": mine[0].quantity.replace("_", " ") if mine else "gradient",
    }


def _said(verdict: Verdict) -> str:
    if verdict.claimed is None:
        return verdict.remark
    worst = f"is {verdict.claimed:.6g} at {verdict.address}, expected {verdict.expected:.6g}"
    return f"{worst} ({verdict.remark})" if verdict.remark else worst


def several_steps_finding(place: Place, steps: int) -> Finding:
    """Return the finding that more than one step was taken."""
    happened, matters, instead = filled("several-steps", place, steps=str(steps))
    return Finding("several-steps", 0, (), "certain", happened, matters, instead)


def rounded_finding(place: Place, decimals: str) -> Finding:
    """Return the finding that values were rounded on the way."""
    happened, matters, instead = filled("rounded", place, decimals=decimals)
    return Finding("rounded", 0, (), "certain", happened, matters, instead)
