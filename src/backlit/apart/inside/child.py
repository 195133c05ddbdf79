"""The process that runs a learner's file: ``python -I child.py``, with a job as JSON on standard input.

Standard library and NumPy only, so that it starts fast. Three processes: this one enters namespaces of its own and
waits; its child supervises; and the learner's code runs in that one's child, under limits. Results leave on standard
output, by the supervisor's hand; what the learner prints goes to standard error.
"""

import base64
import json
import os
import signal
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import allow  # noqa: E402
import confine  # noqa: E402
import learner  # noqa: E402

sys.path.remove(HERE)


def main():
    """Read the job, run it, and leave."""
    job = json.loads(sys.stdin.buffer.read())
    confine.die_with_parent()
    if os.getppid() != job["parent"]:
        # it was killed before it could be asked
        return
    held = confine.separate()
    if "processes" not in held:
        supervise(job, held)
        return
    pid = os.fork()
    if pid == 0:
        confine.die_with_parent()
        supervise(job, held)
        os._exit(0)
    os.waitpid(pid, 0)


def supervise(job, held):
    """Lay the folder, let the learner's process run in it, and tell how it ended and what it left."""
    folder, empty = job["folder"], os.open(os.devnull, os.O_RDONLY)
    if "files" in held:
        held.discard("files")
        held |= confine.read_only_but(folder, job["disk_megabytes"], job["result_bytes"], job["hidden"])
    work = os.path.join(folder, "work")
    os.makedirs(work, exist_ok=True)
    with open(os.path.join(work, "submission.py"), "wb") as file:
        file.write(base64.b64decode(job["sources"][0]))
    result = os.path.join(folder, f"result-{os.urandom(8).hex()}")
    confine.adopt_orphans()
    learner.prepare()
    supervisor = os.getpid()
    pid = os.fork()
    if pid == 0:
        confine.die_with_parent()
        if os.getppid() != supervisor:
            os._exit(learner.BROKEN)
        become_learner(job, held, work, result, empty, supervisor)
    status, usage, late = wait(pid, job["wall_seconds"])
    if "processes" not in held:
        kill_descendants()
    end = {
        "status": os.waitstatus_to_exitcode(status),
        "late": late,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "held": sorted(held),
    }
    text = read_result(result, job["result_bytes"])
    leave({"end": end, "result": text})


def become_learner(job, held, work, result, empty, supervisor):
    """Take limits, let go of everything, and run the learner's code; never returns."""
    try:
        os.chdir(work)
        os.setsid()
        os.dup2(empty, 0)
        os.dup2(2, 1)
        os.closerange(3, 256)
        os.environ.update({"HOME": work, "TMPDIR": work})
        limit(job)
        kept = confine.leave_root([os.path.dirname(work), work], [HERE, os.path.dirname(os.__file__), *sys.path])
        # a change of the user clears it
        confine.die_with_parent()
        if os.getppid() != supervisor:
            return
        confine.drop_capabilities(kept)
        also = set()
        readable = confine.readable_files([os.path.dirname(os.path.dirname(HERE))])
        if confine.landlock(os.path.dirname(work), readable, job["hidden"]):
            also.add("files")
        # tried, not believed: there may be copies anywhere, so a file that nobody named must be closed too
        if job["unnamed"] and confine.cannot_read([*job["hidden"], job["unnamed"]]):
            also.add("solutions")
        if allow.allow_calls():
            also |= {"network", "processes"}
        learner.run(job, result, sorted(also))
    finally:
        os._exit(learner.BROKEN)


def limit(job):
    """Set the limits of the process."""
    import resource

    wanted = {
        "RLIMIT_CORE": 0,
        "RLIMIT_CPU": job["cpu_seconds"],
        "RLIMIT_AS": job["memory_megabytes"] << 20,
        "RLIMIT_FSIZE": job["file_megabytes"] << 20,
        "RLIMIT_NPROC": job["processes"],
        "RLIMIT_NOFILE": 128,
    }
    for name, value in wanted.items():
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        hard = resource.getrlimit(kind)[1]
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):
            # macOS has names of limits that it does not take
            continue


def wait(pid, seconds):
    """Wait for a process, or kill it when its time is over."""
    end, pause, late = time.monotonic() + seconds, 0.001, False
    while True:
        done, status, usage = os.wait4(pid, os.WNOHANG)
        if done == pid:
            return status, usage, late
        if time.monotonic() > end and not late:
            late = True
            os.kill(pid, signal.SIGKILL)
        time.sleep(pause)
        pause = min(pause * 1.3, 0.02)


def kill_descendants():
    """Kill what the learner's process left running, also in sessions of its own, where /proc tells."""
    for _ in range(50):
        children = [pid for pid, parent in processes() if parent == os.getpid()]
        if not children:
            return
        for pid in children:
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except (ProcessLookupError, ChildProcessError):
                continue


def processes():
    """Yield (pid, its parent's pid) of every process; nothing where there is no /proc."""
    if not os.path.isdir("/proc/self"):
        return
    for name in os.listdir("/proc"):
        if name.isdecimal():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    yield int(name), int(file.read().rpartition(b")")[2].split()[1])
            except (OSError, ValueError, IndexError):
                continue


def read_result(path, most):
    """Return the text that the learner's process left, or None."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(descriptor, "rb") as file:
            return file.read(most + 1)[:most].decode("utf-8", "replace")
    except OSError:
        return None


def leave(message):
    """Send the one message that leaves this place."""
    data = json.dumps(message).encode()
    while data:
        data = data[os.write(1, data) :]


if __name__ == "__main__":
    main()
