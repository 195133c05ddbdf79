"""Score the diagnosis on published faulty set-ups: causes named, causes first, and what the advice reaches.

    python benchmarks/diagnosis_published.py FOLDER [faulty|twins]

FOLDER holds sick-published.toml and sick_runner.py, which are no part of this project; PyTorch and mlxtend are needed.
"""

from __future__ import annotations

import importlib.util
import time
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
from arguments import given

import backlit as bl
from backlit.diagnosis.findings import Diagnosis

HEALTHY = 0.85


def runner_of(folder: Path) -> Any:
    spec = importlib.util.spec_from_file_location("sick_runner", folder / "sick_runner.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def diagnosis_of(runner: Any, case: dict[str, Any]) -> Diagnosis | str:
    X, Y, _ = runner.make_data(case["data"], case["post"])
    module, loss, optimizer = runner.torch_module(case)
    how = case["train"]
    given = {"loss": loss, "optimizer": optimizer, "epochs": how["epochs"], "batch_size": how.get("batch", 32)}
    try:
        found: Diagnosis = bl.diagnose(module, X, Y, budget=400, **given)
        return found
    except bl.BacklitError as error:
        return f"refused: {error}"


def told(case: dict[str, Any], found: Diagnosis) -> str:
    causes = "; ".join(f"{f.identifier} [{'/'.join(f.labels)}]" for f in found.causes)
    scores = " -> ".join("none" if s is None else f"{s:.3g}" for s in (found.score, found.mended_score))
    return f"{scores} (twin {case['score']['twin']}) {found.seconds:.0f} s {found.ended_by}: {causes or 'no cause'}"


def faulty(runner: Any, cases: list[dict[str, Any]]) -> None:
    count = dict.fromkeys(("label", "label first", "true first", "causes", "true causes", "mended", "with a label"), 0)
    for case in cases:
        found, true = diagnosis_of(runner, case), {*case["cause"], *case.get("also", [])}
        if isinstance(found, str):
            count["with a label"] += case["cause_by"] == "deepfd"
            print(f"{case['post']} {found}", flush=True)
            continue
        named = [set(finding.labels) for finding in found.causes]
        if case["cause_by"] == "deepfd":
            count["with a label"] += 1
            count["label"] += any(labels & set(case["cause"]) for labels in named)
            count["label first"] += any(labels & set(case["cause"]) for labels in named[:1])
        right = [bool(labels & true) for labels in named]
        count["true first"] += right[:1] == [True]
        count["causes"] += len(right)
        count["true causes"] += sum(right)
        twin, reached = case["score"]["twin"], -np.inf if found.mended_score is None else found.mended_score
        count["mended"] += bool(reached >= twin - 0.1 * abs(twin))
        mark = "ok" if right[:1] == [True] else "NO"
        print(f"{mark} {case['post']} {'/'.join(case['cause'])}: {told(case, found)}", flush=True)
    print(f"\n{len(cases)} faulty set-ups: {count}")


def twins(runner: Any, cases: list[dict[str, Any]]) -> None:
    healthy = [case for case in cases if case["score"]["twin"] >= HEALTHY]
    wrong = 0
    for case in healthy:
        found = diagnosis_of(runner, runner.with_fix(case))
        if isinstance(found, str):
            print(f"{case['post']} {found}", flush=True)
            continue
        wrong += bool(found.causes)
        words = ", ".join(f"{f.identifier}{'!' if f.confirmed else ''}" for f in found.findings)
        print(f"{case['post']} {told(case, found)} | {words}", flush=True)
    print(f"\n{len(healthy)} healthy twins: {wrong} with a false cause")


def main() -> None:
    words = given(
        __doc__,
        folder={"type": Path, "metavar": "FOLDER"},
        what={"nargs": "?", "choices": ("faulty", "twins"), "default": "faulty"},
    )
    folder = words.folder
    runner, began = runner_of(folder), time.perf_counter()
    cases = tomllib.loads((folder / "sick-published.toml").read_text())["case"]
    (faulty if words.what == "faulty" else twins)(runner, cases)
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
