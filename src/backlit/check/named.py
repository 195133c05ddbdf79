"""From explanations to findings: what the walk found, in words."""

from __future__ import annotations

from backlit.check.place import Place
from backlit.check.report import Finding, Verdict
from backlit.check.search import UNKNOWN, State
from backlit.check.words import filled

__all__ = ["findings_of", "rounded_finding"]


def findings_of(place: Place, states: list[State], verdicts: list[Verdict]) -> list[Finding]:
    """Return a finding for each mistake of the best explanation, first the one nearest the output.

    Where several explanations fit, a finding names as alternatives what the others have in its place.
    """
    best = _preferred(states)
    names = list(dict.fromkeys(found.identifier for found in best.found))
    others = [state.names for state in states if state.names != best.names]
    return [_finding(name, place, best, others, verdicts) for name in names]


def _preferred(states: list[State]) -> State:
    """The explanation whose mistakes are made in most of the places they could be: a habit, not a slip.

    That a gradient was left from an earlier pass comes last: nothing in one pass speaks for it.
    """

    def rank(state: State) -> tuple[bool, int, bool, bool, int]:
        n = len(state.found)
        return UNKNOWN not in state.names, -len(state.names), "accumulated" not in state.names, n == 1, n

    return max(states, key=rank)


def _finding(name: str, place: Place, best: State, others: list[frozenset[str]], verdicts: list[Verdict]) -> Finding:
    places = [found for found in best.found if found.identifier == name]
    layers = tuple(dict.fromkeys(found.layer for found in places))
    if name == UNKNOWN:
        # what is wrong below may follow from the first
        layers = layers[:1]
    instead_of = best.names - {name}
    alternatives = sorted({other for names in others if instead_of <= names for other in names - instead_of})
    at = place._replace(layer_index=layers[0] - 1)
    happened, matters, instead = filled(name, at, **_facts(name, at, verdicts))
    confidence = "none" if name == UNKNOWN else "one of several" if alternatives else "certain"
    return Finding(name, layers[0], layers, confidence, happened, matters, instead, tuple(alternatives))


def _facts(name: str, place: Place, verdicts: list[Verdict]) -> dict[str, str]:
    here = [v for v in verdicts if v.layer == place.layer_index + 1 and not v.ok]
    if name == UNKNOWN:
        remarks = [f"its {v.quantity.replace('_', ' ')} {_said(v)}" for v in here]
        first = "It is the first wrong layer, going backwards"
        return {"facts": f"{first}: {'; '.join(remarks)}." if remarks else f"{first}."}
    ratios = [v.claimed / v.expected for v in here if v.claimed is not None and v.expected]
    twice = bool(ratios) and abs(ratios[0]) > 1
    return {"ratio": "twice" if twice else "half", "half": "forgotten" if twice else "counted twice"}


def _said(verdict: Verdict) -> str:
    if verdict.claimed is None:
        return verdict.remark
    worst = f"is {verdict.claimed:.6g} at {verdict.address}, expected {verdict.expected:.6g}"
    return f"{worst} ({verdict.remark})" if verdict.remark else worst


def rounded_finding(place: Place, decimals: str) -> Finding:
    """Return the finding that values were rounded on the way."""
    happened, matters, instead = filled("rounded", place, decimals=decimals)
    return Finding("rounded", 0, (), "certain", happened, matters, instead)
