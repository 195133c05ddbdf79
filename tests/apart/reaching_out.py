"""System calls that reach out of a process, each with the error that the list of calls gives for it.

Python for their arguments: ``room`` is memory, ``thread`` another thread of the process.
"""

import errno

# Numbers of x86_64. The list answers before the kernel looks at what is asked for: so each call asks for what the
# kernel would do (signal 0 to itself, a limit of its own thread) or would refuse with another error (an address of
# nothing).
REFUSED = {
    "rt_sigqueueinfo": "129, os.getpid(), 0, room",
    "rt_tgsigqueueinfo": "297, os.getpid(), os.getpid(), 0, room",
    "kill a group": "62, 0, 0",
    "kill all": "62, -1, 0",
    "tkill": "200, os.getpid(), 0",
    "pidfd_open": "434, os.getppid(), 0",
    "prlimit of another": "302, thread.native_id, 7, None, None",
    "signals by F_SETOWN": "72, 1, 8, os.getppid()",
    "F_SETOWN_EX": "72, 1, 15, (ctypes.c_int * 2)(1, os.getppid())",
    "memfd_create": "319, b'x', 0",
    "System V memory": "29, 0, 1 << 20, 0o1600",
    "System V messages": "68, 0, 0o1600",
    "System V semaphores": "64, 0, 1, 0o1600",
    "POSIX messages": "240, b'/x', 66, 0o600, None",
    "keys": "248, b'user', b'x', b'y', 1, -4",
    "socket": "41, 2, 1, 0",
    "socketpair": "53, 1, 1, 0, (ctypes.c_int * 2)()",
    "a named pipe": "133, b'pipe', 0o010600, 0",
    "a device": "133, b'device', 0o020600, 0",
    "execve": "59, b'/bin/true', None, None",
    "unshare": "272, 0x10000000",
    "setns": "308, 1, 0",
    "mount": "165, None, None, None, 0, None",
    "chroot": "161, None",
    "ptrace": "101, 16, 0x3FFFFFFF, 0, 0",
    "memory of another": "310, 0x3FFFFFFF, (ctypes.c_ulong * 2)(), 1, (ctypes.c_ulong * 2)(), 1, 0",
    "io_uring": "425, 8, room",
    "bpf": "321, 0, None, 120",
    "perf": "298, None, 0, -1, -1, 0",
    "userfaultfd": "323, 1",
    "open by handle": "304, 3, None, 0",
    "priority": "141, 0, 0, 19",
    "to outlive its parent": "157, 1, 0, 0, 0, 0",
    "personality": "135, 0x0040000",
    "x32": "0x40000000 + 39",
}
OTHERWISE_REFUSED = {
    "fork": ("57", errno.EAGAIN),
    "clone": ("56, 17, 0, 0, 0, 0", errno.EAGAIN),
    "clone3": ("435, room, 88", errno.ENOSYS),
    "an ioctl": ("16, 1, 0x5452, (ctypes.c_int * 1)(1)", errno.ENOTTY),
}
# the kernel refuses these to a user with the same error: they say nothing of the list, but that they are refused
EITHER_WAY = {
    "kill": ("62, os.getppid(), 0", errno.EPERM),
    "FIOSETOWN": ("16, 1, 0x8901, (ctypes.c_int * 1)(os.getppid())", errno.ENOTTY),
    "TIOCSTI": ("16, 0, 0x5412, b'x'", errno.ENOTTY),
    "a true device": ("133, b'device', 0o020600, 259", errno.EPERM),
    "mount on all": ("165, b'none', b'/', None, 0x4000, None", errno.EPERM),
    "chroot here": ("161, b'.'", errno.EPERM),
    "ptrace of its parent": ("101, 16, os.getppid(), 0, 0", errno.EPERM),
    "prlimit of its parent": ("302, os.getppid(), 0, (ctypes.c_ulong * 2)(0, 0), None", errno.EPERM),
    "priority of its parent": ("141, 0, os.getppid(), 19", errno.EPERM),
    "userfaultfd of the kernel": ("323, 0", errno.EPERM),
    "rt_sigqueueinfo to its parent": ("129, os.getppid(), 9, room", errno.EPERM),
    "rt_tgsigqueueinfo to its parent": ("297, os.getppid(), os.getppid(), 9, room", errno.EPERM),
    "tkill of its parent": ("200, os.getppid(), 9", errno.EPERM),
    "setsid": ("112", errno.EPERM),
    "the kernel's log": ("103, 3, room, 64", errno.EPERM),
}
CALLS = {name: (given, errno.EPERM) for name, given in REFUSED.items()} | OTHERWISE_REFUSED | EITHER_WAY
