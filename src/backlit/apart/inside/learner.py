"""What runs beside the learner's code: runs it, reads the asked-for values, and writes facts about them.

Everything used after the learner's code has run is fetched before it, so that a file that replaces ``json.dumps`` or
``numpy.asarray`` only harms itself. The right values are never in this process.
"""

import base64
import json
import os
import signal
import sys
import types
import warnings

import instrument
import nudging
import quiet
import raised
import recorder
import telling
import turns
import values

BROKEN, UNWRITABLE = 70, 73
MOST_REMARKS = 20

_encode = json.JSONEncoder().encode
_open, _write, _leave = os.open, os.write, os._exit
_stop_clock, _alarm = signal.setitimer, signal.ITIMER_REAL


def prepare():
    """Import what the learner's process needs, before it is there."""
    values.prepare()


def run(job, result, held):
    """Run each source, evaluate what was asked for in its names, write the result, and end."""
    sys.argv = [raised.FILE]
    for name, stream in (("stdout", 1), ("stderr", 2)):
        setattr(sys, name, open(stream, "w", encoding="utf-8", errors="replace", closefd=False))  # noqa: SIM115
        setattr(sys, f"__{name}__", getattr(sys, name))
    told = {"held": held, "runs": []}
    for source in job["sources"]:
        told["runs"].append(run_one(base64.b64decode(source), job))
    finish(told, result)


def run_one(source, job):
    """Run a source as a script and return the facts about it."""
    facts = {"remarks": [], "values": {}, "error": None, "exit": None, "names": [], "stopped": False}
    module = types.ModuleType("__main__")
    module.__file__ = raised.FILE
    sys.modules["__main__"] = module
    _note_warnings(facts["remarks"])
    depth = sys.getrecursionlimit()
    if job.get("nudge_seconds"):
        facts["nudged"] = _nudged(source, job["nudge_seconds"])
        _let_go(depth)
        return facts
    kept = recorder.Recorder(job["record_seconds"], job["training_seconds"]) if job.get("record_seconds") else None
    execute(source, module, facts, kept)
    try:
        _let_go(depth)
        evaluate(job, module, facts)
        if kept is not None:
            facts["record"] = telling.told(kept, module.__dict__)
    except BaseException as error:
        facts["broken"] = raised.facts_of(error)
    return facts


def _nudged(source, seconds):
    """Return what nudges of a file's weights show; None where it cannot be run so."""
    try:
        told = nudging.nudged(source, seconds)
    except BaseException:
        told = None
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    return told


def _let_go(depth):
    """Take back what the file may have set that would reach what runs after it."""
    sys.settrace(None)
    sys.setprofile(None)
    sys.setrecursionlimit(depth)
    _stop_clock(_alarm, 0)


def execute(source, module, facts, kept):
    """Run the learner's file as a script, and record what it assigns where that is asked for."""
    raised.remember(source)
    try:
        if kept is None:
            code = compile(source, raised.FILE, "exec", dont_inherit=True)
        else:
            code = instrument.instrumented(source, raised.FILE)
            module.__dict__.update(kept.names())
            quiet.stand_in()
            recorder.start_clock(kept.seconds)
        exec(code, module.__dict__)
    except turns.Stopped:
        facts["stopped"] = kept.stopped = True
    except SystemExit as error:
        facts["exit"] = raised.facts_of(error)
    except BaseException as error:
        facts["error"] = raised.facts_of(error)


def evaluate(job, module, facts):
    """Read each asked-for value from the module's names, and what the exercise's own lines add to them."""
    scope = dict(module.__dict__)
    facts["names"] = sorted(name for name in scope if type(name) is str and not name.startswith("_"))[:200]
    unprepared = prepared(job["prepare"], scope)
    for wanted in job["values"]:
        told = values.evaluated(wanted["expression"], scope)
        if unprepared and told["kind"] == "missing":
            told = {"kind": "raised", "error": unprepared}
        facts["values"][wanted["name"]] = told


def prepared(code, scope):
    """Run the exercise's own lines; return the facts of the exception that ended them, or None."""
    try:
        exec(compile(code, "exercise.toml", "exec"), scope)
    except BaseException as error:
        return raised.facts_of(error)
    return None


def finish(told, result):
    """Write what is told and end the process, whatever threads and exit functions there are."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            continue
    try:
        data = _encode(told).encode("utf-8", "replace")
        descriptor = _open(result, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        while data:
            data = data[_write(descriptor, data) :]
    except OSError:
        _leave(UNWRITABLE)
    except BaseException:
        _leave(BROKEN)
    _leave(0)


def _note_warnings(remarks):
    """Keep NumPy's warnings about numbers, with the line that they come from."""

    def note(message, category, filename, lineno, file=None, line=None):
        if issubclass(category, RuntimeWarning) and filename == raised.FILE and len(remarks) < MOST_REMARKS:
            remarks.append({"message": str(message)[:200], "line": lineno})

    warnings.simplefilter("ignore")
    warnings.simplefilter("default", RuntimeWarning)
    warnings.showwarning = note
