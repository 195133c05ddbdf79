"""Submissions that reach for what is not theirs: files, the grader, other processes, the report, the machine.

None gives the asked-for values ``a`` and ``f``, so none deserves a point. OUT, TABLES, SOLUTION and SIBLING stand for a
folder outside, the one with the tables, the exercise's solution and another student's file.
"""

ATTACKS = {
    # files
    "writes outside": "open('OUT/new', 'w').write('x')",
    "appends to a file": "open('OUT/file', 'a').write('x')",
    "truncates a file": "import os\nos.truncate('OUT/file', 0)",
    "deletes a file": "import os\nos.unlink('OUT/file')",
    "renames a file": "import os\nos.rename('OUT/file', 'OUT/other')",
    "links a file": "import os\nos.link('OUT/file', 'mine')\nopen('mine', 'w').write('x')",
    "writes through a link": "import os\nos.symlink('OUT/file', 'mine')\nopen('mine', 'w').write('x')",
    "changes rights": "import os\nos.chmod('OUT/file', 0o777)\nos.chmod('OUT', 0)",
    "changes the owner": "import os\nos.chown('OUT/file', 1000, 1000)",
    "changes times": "import os\nos.utime('OUT/file', (1, 1))",
    "sets an attribute": "import os\nos.setxattr('OUT/file', 'user.x', b'x')",
    "makes folders outside": "import os\nos.makedirs('OUT/a/b')",
    "makes a pipe outside": "import os\nos.mkfifo('OUT/pipe')",
    "makes a socket outside": "import socket\nsocket.socket(socket.AF_UNIX).bind('OUT/socket')",
    "removes the tables": "import shutil\nshutil.rmtree('TABLES')",
    "removes all": "import shutil\nshutil.rmtree('/', ignore_errors=True)",
    "forges the journal": "open('TABLES/grades.csv.journal', 'a').write('{}')",
    "writes the table": "open('TABLES/grades.csv', 'w').write('name,points')",
    "changes a sibling": "open('SIBLING', 'w').write('x = 1')",
    "writes into packages": "import numpy, os\nopen(os.path.join(os.path.dirname(numpy.__file__), 'x.py'), 'w')",
    "writes into /tmp": "open('/tmp/backlit-attack', 'w')",
    "writes into /dev/shm": "open('/dev/shm/backlit-attack', 'w')",
    "writes to its parent's folder": "import os\nopen(os.path.join(os.path.dirname(os.getcwd()), '..', 'x'), 'w')",
    # reading the answer, and taking it for one's own
    "runs the solution": "exec(open('SOLUTION').read())",
    "copies a sibling": "exec(open('SIBLING').read())",
    "finds a solution": "import glob\nfor p in glob.glob('/**/solution.py', recursive=True):\n"
    "    try:\n        exec(open(p).read())\n        break\n    except OSError: pass",
    "reads the grader's memory": "import os\nfor pid in filter(str.isdecimal, os.listdir('/proc')):\n    try:\n"
    "        if int(pid) != os.getpid(): print(len(open(f'/proc/{pid}/mem', 'rb').read(1)), open(f'/proc/{pid}/environ').read())\n"
    "    except OSError: pass",
    "reads the grader's files": "import os\nfor fd in os.listdir(f'/proc/{os.getppid()}/fd'):\n"
    "    open(f'/proc/{os.getppid()}/fd/{fd}').read()",
    "asks backlit for the answer": "from backlit.exercises import all_exercises\nprint([e.solution for e in all_exercises()])",
    "checks itself": "from backlit.exercises import check_submission, find_exercise\n"
    "print(check_submission(__file__, find_exercise('lesson')))",
    # the report
    "writes the report itself": "import os, json, glob\ntold = {'held': [], 'runs': [{'values': {n: {'kind': 'number', "
    "'shape': [], 'data': [1.0]} for n in 'af'}}]}\nfor fd in range(3, 64):\n    try: os.write(fd, json.dumps(told).encode())\n"
    "    except OSError: pass\nfor p in glob.glob('../result*'): open(p, 'w').write(json.dumps(told))\nos._exit(0)",
    "prints a report": 'import sys, os\nfor s in (1, 2): os.write(s, b\'{"end": {"status": 0, "late": false, "cpu_seconds": 0, '
    '"held": []}, "result": "{}"}\')\nos._exit(0)',
    "replaces the reader of values": "import sys\nlearner = sys.modules['learner']\nlearner.evaluate = lambda job, module, facts: "
    "facts['values'].update(a={'kind': 'number', 'shape': [2], 'data': [1.0, 1.0]})",
    "searches the job": "import gc\nprint([o for o in gc.get_objects() if isinstance(o, dict) and 'solution' in o])",
    "changes the job": "import gc\nfor o in gc.get_objects():\n    if isinstance(o, dict) and 'values' in o:\n        o['values'] = []",
    "a value that is right beside all": "class Any(float):\n    __eq__ = __ne__ = __lt__ = lambda s, o: True\n"
    "    def __sub__(self, o): return 0\na = [Any(0), Any(0)]\nf = lambda x: Any(0)",
    "an array with an evil shape": "class S:\n    shape = (2,)\n    def __array__(self, *a, **k): raise SystemExit\na = S()\nf = lambda x: S()",
    "values of nan": "a = [float('nan')] * 2\ndef f(x): return float('nan')",
    "an error as long as the disk": "raise ValueError('\\x1b[2J' * 10**6)",
    "names without end": "for n in range(10**5): globals()[f'n{n}'] = n",
    # others, and the time after
    "kills its parent": "import os\nos.kill(os.getppid(), 9)",
    "kills all": "import os\nos.kill(-1, 9)",
    "kills its group": "import os\nos.killpg(0, 9)",
    "stops its parent": "import os, signal\nos.kill(os.getppid(), signal.SIGSTOP)",
    "forks without end": "import os\nwhile True: os.fork()",
    "leaves a child": "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(600)",
    "leaves a daemon thread that writes": "import threading, time\ndef w():\n    while True: print('x'); time.sleep(.01)\n"
    "threading.Thread(target=w, daemon=True).start()",
    "starts a program": "import subprocess\nsubprocess.Popen(['/bin/sleep', '600'])",
    "calls a shell": "import os\nos.system('touch OUT/shell; sleep 600 &')",
    "replaces itself": "import os\nos.execv('/bin/sleep', ['sleep', '600'])",
    "ignores signals": "import signal\nfor n in range(1, 65):\n    try: signal.signal(n, signal.SIG_IGN)\n    except (OSError, ValueError): pass\n"
    "while True: pass",
    "listens": "import socket\ns = socket.socket()\ns.bind(('127.0.0.1', 0))\ns.listen()",
    "calls home": "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:1/').read()",
    "opens a debugger": "import ctypes\nctypes.CDLL(None).ptrace(16, 1, 0, 0)\nraise OSError",
    # the machine
    "memory by memfd": "import os\nfor n in range(50):\n    os.write(os.memfd_create(str(n)), bytes(64 << 20))",
    "shared memory": "from multiprocessing import shared_memory\nshared_memory.SharedMemory(create=True, size=1 << 30)",
    "memory by mmap": "import mmap\nkept = [mmap.mmap(-1, 64 << 20) for _ in range(99)]",
    "fills its folder": "n = 0\nwhile True:\n    open(f'{n}', 'wb').write(bytes(15 << 20)); n += 1",
    "fills it with names": "n = 0\nwhile n < 20000:\n    open(f'{n}', 'w').close(); n += 1",
    "folders thousands deep": "import os\nfor _ in range(3000): os.mkdir('d'); os.chdir('d')",
    "a folder without rights": "import os\nos.makedirs('a/b')\nos.chmod('a', 0)",
    "opens files without end": "kept = []\nwhile True: kept.append(open('/dev/null'))",
    "raises its limits": "import resource\nfor n in range(16):\n    resource.setrlimit(n, (-1, -1))",
    "changes the kernel": "for p in ('kernel/core_pattern', 'vm/overcommit_memory', 'kernel/hostname'):\n"
    "    open(f'/proc/sys/{p}', 'w').write('1')",
    "changes its score of memory": "open('/proc/self/oom_score_adj', 'w').write('-1000')",
    "the worst of regular expressions": "import re\nre.match('(a*)*b', 'a' * 40)",
    "a number without end": "n = 9 ** 9 ** 9",
    "compiles what is deep": "compile('(' * 10**5 + ')' * 10**5, 'x', 'eval')",
    "a stack overflow": "import sys\nsys.setrecursionlimit(10**9)\ndef g(): return g()\ng()",
}


def as_call(given):
    """Return a submission that makes one system call, by number."""
    return (
        "import ctypes, os, threading, time\nroom = ctypes.create_string_buffer(128)\n"
        "thread = threading.Thread(target=time.sleep, args=(0.2,), daemon=True)\nthread.start()\n"
        f"print(ctypes.CDLL(None, use_errno=True).syscall({given}))"
    )
