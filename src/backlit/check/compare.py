"""Claims against the equations: verdicts first, and names for what is wrong."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from backlit.check.alone import Alone, alone, masked, stray, zeros_apart
from backlit.check.conventions import reading_of, tied_remarks, with_reading
from backlit.check.digits import digits_of, near_of
from backlit.check.matching import Claims
from backlit.check.named import alone_findings, findings_of, preferred, rounded_finding, several_steps_finding
from backlit.check.nearly import marked, nearly_right, nearly_words
from backlit.check.place import Place, arriving, pre_activation_gradient
from backlit.check.precision import Claimed, Precision, precision_of
from backlit.check.progress import progress
from backlit.check.report import CheckReport, Finding, Verdict
from backlit.check.rounding import decimals_of
from backlit.check.samples import samples_finding
from backlit.check.search import UNKNOWN, Found, State, search
from backlit.check.single_precision import as_in_single_precision
from backlit.check.slack import rounding_errors
from backlit.check.untold import penalty_reading, read_otherwise
from backlit.check.updates import several_steps
from backlit.check.verdicts import constant_ratio, verdict
from backlit.check.wrong_steps import bias_gradient, weight_gradient
from backlit.check.wrong_updates import judged_updates

__all__ = ["check_claims", "expected_layers"]

Arrays = list[dict[str, np.ndarray]]

NO_RATE = "The weights in updated= were not judged: pass learning_rate=, the rate that the step was made with."
FOLLOWS = "The weights in updated= were not judged: they follow from the gradients, which come first."
FACTORS = (
    "wrong-sign",
    "factor-two",
    "accumulated",
    "sum-instead-of-mean",
    "mean-twice",
    "averaged-over-outputs",
    "learning-rate-twice",
    "missing-learning-rate",
)
"""Mistakes that multiply an array by one factor."""
WHOLE = ("swapped-outer-product", "gradient-missing", "bias-missing")
"""Mistakes of an array as it is, whatever led to it."""


def check_claims(
    place: Place, claims: Arrays, *, updated: list[np.ndarray] | None = None, conventions: bool = False
) -> CheckReport:
    """Check what was claimed of each layer (see ``matching.Claims``; gradients are steps if ``place.as_steps``).

    With ``conventions``, a convention that would make all of it right is said first.
    """
    reading = None
    precision = precision_of(array for claim in claims for array in claim.values())
    remarks: list[str] = []
    findings: list[Finding] = []
    with np.errstate(all="ignore"):
        expected = expected_layers(place)
        claimed = [_claimed(place, claim, None, precision) for claim in claims]
        verdicts = _verdicts(place, claimed, expected)
        if not all(v.ok for v in verdicts):
            # what rounding may do costs as much as two passes: it is asked where there is something to explain
            errors = rounding_errors(place, precision.epsilon)
            claimed = [_claimed(place, claim, error, precision) for claim, error in zip(claims, errors, strict=True)]
            verdicts = _verdicts(place, claimed, expected)
        if not all(v.ok for v in verdicts):
            claimed = marked(claimed, verdicts)
            digits = [digits_of(array) for claim in claims for array in claim.values()]
            with progress():
                verdicts, findings, remarks = _named(place, claimed, expected, verdicts, digits)
            if any(finding.identifier == UNKNOWN for finding in findings):
                remarks = [*remarks, *tied_remarks(place, claimed, expected)]
            if conventions and findings:
                reading = reading_of(place, claimed, expected) or penalty_reading(place, claimed, expected)
            if conventions and reading is None and any(finding.identifier == UNKNOWN for finding in findings):
                findings, remarks = _read_otherwise(place, claimed, expected) or (findings, remarks)
    if updated is not None and (place.rate is None or findings):
        remarks = [*remarks, NO_RATE if place.rate is None else FOLLOWS]
    elif updated is not None:
        after, findings, more = judged_updates(place, expected, updated)
        verdicts, remarks = [*verdicts, *after], [*remarks, *more]
    shown = [_shown(place, v) for v in verdicts]
    report = CheckReport(f"Checked: {place.net!r}", tuple(shown), tuple(findings), tuple(remarks))
    return with_reading(report, reading)


def _read_otherwise(place: Place, claims: list[Claims], expected: Arrays) -> tuple[list[Finding], list[str]] | None:
    """Return the one mistake that is left once another convention is read into the claims, and how to tell that."""
    with progress():
        other = read_otherwise(place, claims, expected)
    if other is None:
        return None
    scaled, states, remark = other
    shown = [_shown(place, v) for v in _verdicts(place, scaled, expected)]
    return findings_of(place, states, shown), [remark]


def _claimed(
    place: Place, claim: Mapping[str, np.ndarray], errors: Mapping[str, np.ndarray] | None, precision: Precision
) -> Claims:
    """Return what was claimed of a layer as gradients, with the slack that rounding needs."""
    factor = (-1 / place.rate if place.as_steps and place.rate else 1.0) / place.scale
    return {
        name: Claimed(
            np.asarray(array, np.float64) * (factor if name.endswith("gradient") else 1.0),
            precision._replace(near=max(precision.near, near_of(array) or 0.0)),
            0.0 if errors is None else np.nan_to_num(errors[name], posinf=0.0),
        )
        for name, array in claim.items()
    }


def expected_layers(place: Place) -> Arrays:
    """Return the right values of all layers, by the names of claims."""
    layers: Arrays = []
    dz = None
    for index in range(len(place.net.layers) - 1, -1, -1):
        here = place._replace(layer_index=index, dz_above=dz)
        error = arriving(here)
        dz = pre_activation_gradient(here, error)
        values = {"error": -error.da, "error_term": -dz}
        layers.insert(0, {**values, "weight_gradient": weight_gradient(here, dz), "bias_gradient": bias_gradient(dz)})
    return layers


def _verdicts(place: Place, claims: list[Claims], expected: Arrays) -> list[Verdict]:
    """One verdict a claimed array, from the output back, as a learner computes them."""
    return [
        _verdict(place, number, name, claims[number - 1][name], expected[number - 1][name])
        for number in range(len(claims), 0, -1)
        for name in ("error", "error_term", "weight_gradient", "bias_gradient")
        if name in claims[number - 1]
    ]


def _verdict(place: Place, layer: int, name: str, claim: Claimed, expected: np.ndarray) -> Verdict:
    """Return the verdict on an array, with the indices and shapes that the person has."""
    if not place.turned or not name.startswith("weight"):
        return verdict(layer, name, claim, expected)
    slack = claim.slack.T if isinstance(claim.slack, np.ndarray) else claim.slack
    return verdict(layer, name, claim._replace(values=claim.values.T, slack=slack), expected.T)


Named = tuple[list[Verdict], list[Finding], list[str]]


def _named(
    place: Place, claims: list[Claims], expected: Arrays, verdicts: list[Verdict], digits: list[int | None]
) -> Named:
    states = search(place, claims)
    zeros = zeros_apart(claims, expected)
    if zeros and (len(states[0].names) > 1 or UNKNOWN in states[0].names):
        return _beside_zeros(place, claims, expected, verdicts, digits, zeros)
    return _explained_by(states, place, claims, expected, verdicts, digits)


def _explained_by(
    states: list[State],
    place: Place,
    claims: list[Claims],
    expected: Arrays,
    verdicts: list[Verdict],
    digits: list[int | None],
) -> Named:
    """Return what the walk's explanations come to, and what else is looked at where they leave something unknown."""
    told: Alone = {}
    if not states[0].found:
        # right, though not the value of the equations at a kink
        return [v.accepted() for v in verdicts], [], ["A pre-activation sits on a kink; any slope there is right."]
    if any(UNKNOWN in state.names for state in states):
        if nearly_right(claims, expected):
            return [v.accepted() for v in verdicts], [], [nearly_words(verdicts, digits)]
        if as_in_single_precision(place, claims, expected):
            return [v.accepted() for v in verdicts], [], ["Right as single precision computes it on the way."]
        states = _first_known(search(place._replace(rarer=True), claims), states)
        steps = several_steps(place, claims) if UNKNOWN in states[0].names else None
        told_of = samples_finding(place, claims) if steps is None else several_steps_finding(place, steps)
        if UNKNOWN in states[0].names and told_of is not None:
            return verdicts, [told_of], []
    if any(UNKNOWN in state.names for state in states) or _compounded(place, claims, expected, states):
        states, told = _with_alone(place, claims, expected, states)
        decimals = decimals_of(place, claims) if any(UNKNOWN in state.names for state in states) else None
        if decimals is not None:
            return verdicts, [rounded_finding(place, decimals)], []
    shown = [_shown(place, v) for v in verdicts]
    findings = [*alone_findings(place, told, shown), *(findings_of(place, states, shown) if states[0].found else [])]
    findings.sort(key=lambda finding: (-finding.layer, finding.identifier == UNKNOWN and bool(told)))
    return verdicts, findings, [] if told else _follow_on(states[0], verdicts)


def _beside_zeros(
    place: Place,
    claims: list[Claims],
    expected: Arrays,
    verdicts: list[Verdict],
    digits: list[int | None],
    zeros: Alone,
) -> Named:
    """Name what is left where arrays of zeros are taken out: these are missing, whatever else may lead to zeros."""
    decimals = decimals_of(place, claims)
    if decimals is not None:
        return verdicts, [rounded_finding(place, decimals)], []
    rest_of = masked(claims, zeros)
    each = {**stray(place, rest_of, expected), **alone(place, rest_of, expected)}
    if all(c.right or (i, name) in each for i, layer in enumerate(rest_of) for name, c in layer.items()):
        zeros = {**zeros, **each}  # what is told by itself is not told by what would have led there
    missing = {(index + 1, name) for index, name in zeros}
    rest = [v for v in verdicts if (v.layer, v.quantity) not in missing]
    left: list[Verdict] = rest
    findings: list[Finding] = []
    remarks: list[str] = []
    if not all(v.ok for v in rest):
        left, findings, remarks = _named(place, masked(claims, zeros), expected, rest, digits)
    shown = [_shown(place, v) for v in verdicts]
    findings = [*alone_findings(place, zeros, shown), *findings]
    findings.sort(key=lambda finding: (-finding.layer, finding.identifier == UNKNOWN))
    after = {(v.layer, v.quantity): v for v in left}
    return [after.get((v.layer, v.quantity), v) for v in verdicts], findings, remarks


def _compounded(place: Place, claims: list[Claims], expected: Arrays, states: list[State]) -> bool:
    """Say whether an array that is one factor times the right one is explained by two factors on top of each other.

    That is no explanation where other arrays have another factor, or are no multiples: each is then told by itself.
    """
    multiples = stray(place, claims, expected) if len(states[0].names) > 1 else {}
    wrong = [(i, name) for i, layer in enumerate(claims) for name, claim in layer.items() if not claim.right]
    if len(wrong) == 1 or not multiples or not states[0].names <= {*FACTORS, *WHOLE}:
        return len(wrong) == 1 and bool(multiples)
    by_itself = set(multiples) <= set(alone(place, claims, expected))
    if by_itself and not _nothing_shows(preferred(states), claims):
        return False
    ratios = [constant_ratio(claims[i][name], expected[i][name]) for i, name in wrong]
    known = [ratio for ratio in ratios if ratio is not None]
    return len(known) < len(wrong) or max(known) - min(known) > 1e-4 * abs(known[0])


def _nothing_shows(state: State, claims: list[Claims]) -> bool:
    """Say whether in some layer a factor on the way shows in no array: each has another factor on top of it."""
    made = {(found.layer - 1, found.part) for found in state.found if found.identifier in FACTORS}
    return any(
        (i, "error") in made and all((i, name) in made for name in layer if name.endswith("gradient"))
        for i, layer in enumerate(claims)
    )


def _with_alone(place: Place, claims: list[Claims], expected: Arrays, states: list[State]) -> tuple[list[State], Alone]:
    """Return the walk over what is left where each array that can be told by itself is taken out, and those."""
    told = alone(place, claims, expected)
    multiples = stray(place, claims, expected)
    for number, more in enumerate(({}, multiples)):
        before, told = told, {**more, **told}
        if not told or (number and told.keys() == before.keys()):
            # nothing to take out, or nothing more than before
            continue
        left = masked(claims, told)
        states = search(place, left)
        if UNKNOWN in states[0].names:
            states = _first_known(search(place._replace(rarer=True), left), states)
        if UNKNOWN not in states[0].names and not _factors_alone(states, multiples, told):
            break
    wrong = [(i, name) for i, layer in enumerate(masked(claims, told)) for name, c in layer.items() if not c.right]
    if told and len(wrong) == 1 and len(states[0].names) > 1 and states[0].names <= set(FACTORS):
        # one array by itself is not explained by two factors, so it is not where others are wrong too
        states = [State((Found(UNKNOWN, wrong[0][0] + 1, wrong[0][1]),))]
    return states, told


def _factors_alone(states: list[State], multiples: Alone, told: Alone) -> bool:
    """Say whether factors on top of each other would explain what is one stray factor by itself."""
    several = len(states[0].names) > 1 or states[0].names <= set(FACTORS)
    return several and any(key not in told for key in multiples)


def _first_known(rarer: list[State], common: list[State]) -> list[State]:
    """Return the explanations by rarer mistakes where they explain all, else those by the common ones."""
    return rarer if UNKNOWN not in rarer[0].names else common


def _follow_on(state: State, verdicts: list[Verdict]) -> list[str]:
    """Say which wrong arrays only follow from a mistake above them."""
    made_in = {found.layer for found in state.found}
    after = sorted({v.layer for v in verdicts if not v.ok and v.layer not in made_in and v.layer < max(made_in)})
    names = ", ".join(f"L{layer}" for layer in after)
    return [f"What is wrong in {names} follows from that."] if after and UNKNOWN not in state.names else []


def _shown(place: Place, v: Verdict) -> Verdict:
    """Return a verdict in the user's terms: steps where steps were claimed, their loss's factor, their indices."""
    if not v.quantity.endswith("gradient"):
        return v
    factor = (-(place.rate or 1.0) if place.as_steps else 1.0) * place.scale
    return v.scaled(v.quantity.replace("gradient", "step") if place.as_steps else v.quantity, factor)
