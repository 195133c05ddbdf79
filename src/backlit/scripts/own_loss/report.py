"""What is said of a file that was judged by its own loss."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backlit.scripts.found.losses import LOSS
from backlit.scripts.own_loss.candidates import followers_of, is_of_one_number
from backlit.scripts.own_loss.finding import finding_of
from backlit.scripts.own_loss.multiples import along
from backlit.scripts.own_loss.outcomes import Outcome
from backlit.scripts.own_loss.verdict import Judged
from backlit.scripts.reports.report import ScriptFinding, ScriptReport, ScriptVerdict

__all__ = ["report_by_own_loss"]

MOST_NAMES, FEW = 12, 2
"""Of an array of so few numbers its rule cannot be told; the others' speak for it."""
RIGHT = ("plain", "remembers")
TOLD = (*RIGHT, "drawn", "gradient")
UPHILL = (
    "The update goes uphill: every step goes along the loss's gradient.",
    "The loss grows with every step.",
    "the other sign where the weights move",
)


def report_by_own_loss(title: str, judged: Judged, source: str) -> ScriptReport:
    """Return the report; where it is neither right nor wrong beyond doubt, what was found is said, and why not."""
    wrong = [outcome for outcome in judged.outcomes if outcome.state == "wrong"]
    findings = _findings(judged, wrong, source)
    why = _doubt(judged, wrong)
    status = "not-understood" if why else "wrong" if findings else "right"
    return ScriptReport(
        title,
        status,
        _understood(judged),
        tuple(_verdict(judged, outcome) for outcome in judged.outcomes if outcome.state != "untold"),
        () if why else tuple(findings),
        _remarks(judged),
        asks=why,
    )


def _doubt(judged: Judged, wrong: Sequence[Outcome]) -> str:
    """Return why neither a right nor a wrong step can be told, "" where it can."""
    if wrong:
        return _doubt_of_wrong(judged, wrong)
    return _doubt_of_loss(judged) or _doubt_of_steps(judged) or _doubt_of_the_rest(judged)


def _doubt_of_wrong(judged: Judged, wrong: Sequence[Outcome]) -> str:
    named = any(o.cause is not None and o.cause.identifier != "unknown" for o in wrong)
    if judged.agreement.candidate.own or named:
        return ""
    return (
        f"The steps of {_names(judged, wrong)} do not go along this loss, and the file has no number that is it: with "
        "another part in it they may be right. Keep the loss in a variable in the loop that trains."
    )


def _doubt_of_loss(judged: Judged) -> str:
    candidate = judged.agreement.candidate
    contradicting = [o for o in judged.others if LOSS.search(o.name)]
    if is_of_one_number(judged.window, candidate):
        return (
            "All of this comes of a single number, the prediction for one sample: then a factor that all steps share, "
            "such as the slope of the output that is left out, is not seen. Make steps of several samples, or add "
            "their losses up."
        )
    if candidate.given:
        return (
            f"What carries the error back is right, with {candidate.name} (line {candidate.line}): whether that is the "
            "loss's own derivative was not judged, as no loss was found. Keep the loss in a variable in the loop that "
            "trains."
        )
    if not candidate.own and contradicting:
        other = contradicting[-1]
        return (
            f"The steps go along the {candidate.name}, and not along `{other.name}` (line {other.line}), which is "
            "another loss. They are right if the first is what you mean, and wrong if the second is."
        )
    if _uphill(judged) and not _is_a_loss(judged):
        return f"The steps go along `{candidate.name}`, uphill: right if it is to grow, and wrong if it is a loss."
    return ""


def _doubt_of_steps(judged: Judged) -> str:
    window = judged.window
    untold = [o for o in judged.outcomes if o.state == "untold"]
    if untold:
        return f"Nothing is told of {_names(judged, untold)}: give the gradients names."
    few = [o for o in judged.outcomes if o.state == "gradient" and window.values[o.place].before.size > FEW]
    if few or not any(o.state in RIGHT for o in judged.outcomes):
        return "The gradients are right; the steps that are made of them are of a rule that was not judged."
    if any(o.state == "drawn" for o in judged.outcomes) and not (judged.agreement.candidate.own and judged.pure):
        return "Some steps draw the weights towards 0 too, and no loss was found that shows whether they should."
    return ""


def _doubt_of_the_rest(judged: Judged) -> str:
    if judged.apart:
        names = ", ".join(f"`{judged.window.values[place].path}`" for place in judged.apart[:MOST_NAMES])
        return f"{names}: this loss does not follow what moves there too, so that it was not judged."
    if judged.window.untried:
        names = ", ".join(f"`{path}`" for path in judged.window.untried[:MOST_NAMES])
        return (
            f"{names}: what moves there too was not judged. It is too large, or there is too much of it for the time; "
            "or the file takes another way when it is nudged."
        )
    return ""


def _names(judged: Judged, outcomes: Sequence[Outcome]) -> str:
    return ", ".join(f"`{judged.window.values[o.place].path}`" for o in outcomes[:MOST_NAMES])


def _is_a_loss(judged: Judged) -> bool:
    return not judged.agreement.candidate.own or bool(LOSS.search(judged.agreement.candidate.name))


def _uphill(judged: Judged) -> bool:
    factors = [judged.agreement.steps[index] for index in judged.agreement.even]
    return bool(factors) and all(factor > 0 for factor in factors)


def _findings(judged: Judged, wrong: Sequence[Outcome], source: str) -> list[ScriptFinding]:
    """Return a finding for each kind of mistake, those that have a name first."""
    if not wrong and _uphill(judged) and _is_a_loss(judged):
        return [ScriptFinding("wrong-sign", 0, (), "certain", *UPHILL)]
    kinds: dict[str, list[Outcome]] = {}
    for outcome in wrong:
        if outcome.cause is not None:
            kinds.setdefault(outcome.cause.identifier, []).append(outcome)
    for identifier in _echoes(judged, wrong):
        kinds.pop(identifier, None)
    return [finding_of(judged, identifier, outcomes, source) for identifier, outcomes in kinds.items()]


def _echoes(judged: Judged, wrong: Sequence[Outcome]) -> set[str]:
    """Return the names that come of another mistake, nearer to the output: what is sent on from there is wrong too."""
    causes = [o.cause for o in wrong if o.cause is not None]
    names = {cause.identifier for cause in causes}
    near = {c.identifier: 0 for c in causes if c.used is not None}
    for cause in causes:
        if cause.used is not None:
            followed = len(followers_of(judged.window, cause.used.place))
            near[cause.identifier] = max(near[cause.identifier], followed)
    known = {name: n for name, n in near.items() if name != "unknown"}
    nearest = max(known.values(), default=0)
    echoes = {name for name, n in known.items() if n < nearest}
    return echoes | ({"unknown"} if names - echoes - {"unknown"} else set())


def _understood(judged: Judged) -> tuple[str, ...]:
    window, candidate = judged.window, judged.agreement.candidate
    weights = [window.values[o.place] for o in judged.outcomes]
    names = ", ".join(f"{v.path} {v.before.shape}" for v in weights[:MOST_NAMES])
    more = f" and {len(weights) - MOST_NAMES} more" if len(weights) > MOST_NAMES else ""
    loss = f"`{candidate.name}` (line {candidate.line})" if candidate.own else candidate.name
    return (
        "the layers were not found; so each of the weights was moved a little, and the file run again",
        f"weights: {names}{more}",
        f"loss: {loss}",
        f"judged: round {window.number + 1} of the loop in line {window.line}",
    )


def _verdict(judged: Judged, outcome: Outcome) -> ScriptVerdict:
    window, found = judged.window, judged.agreement
    path = window.values[outcome.place].path
    if outcome.state == "wrong" and outcome.claim is not None:
        claim = outcome.claim
        told = claim.told
        nudges = window.nudges[outcome.place]
        claimed = along(claim.array, nudges)
        expected = claim.factor * found.candidate.slopes[outcome.place]
        worst = int(np.abs(claimed - expected).argmax())
        size = max(abs(claimed[worst]), abs(expected[worst]))
        return ScriptVerdict(
            0,
            told.name if told is not None else f"step of {path}",
            ok=False,
            address="a random direction",
            claimed=float(claimed[worst]),
            expected=float(expected[worst]),
            relative_error=float(abs(claimed[worst] - expected[worst]) / size) if size else 0.0,
            line=told.line if told is not None else 0,
        )
    if outcome.state in ("plain", "drawn", "remembers"):
        return ScriptVerdict(0, f"step of {path}", ok=True)
    name = outcome.told.name if outcome.told is not None else path
    return ScriptVerdict(0, f"gradient of {path}, {name}", ok=True, line=outcome.told.line if outcome.told else 0)


def _remarks(judged: Judged) -> tuple[str, ...]:
    remarks = []
    states = {state: [o for o in judged.outcomes if o.state == state] for state in TOLD}
    if states["remembers"]:
        remarks.append("The steps are made of the gradients by momentum, Adam or one of their kin.")
    if states["drawn"]:
        names = _names(judged, states["drawn"])
        remarks.append(f"The steps of {names} draw the weights towards 0 as well, which the loss does not ask for.")
    if states["gradient"] and (states["plain"] or states["remembers"]):
        names = _names(judged, states["gradient"])
        remarks.append(f"Of {names} the gradient alone was judged, not the step that is made of it.")
    return tuple(remarks)
