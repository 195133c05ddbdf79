"""The system calls that a learner's process may make, by name and number; all others are refused.

They are what Python and NumPy need to compute, to read and write files and to run threads. ``pretended`` ones do
nothing and say that they did: programs set rights and times of files of their own, and of nobody else's. ``special``
ones depend on what they are asked for (``allow``). Names and numbers: the kernel's headers, of Linux 6.1.
"""

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

_CALLS = {
    "x86_64": {
        "allowed": """
            read=0 write=1 close=3 stat=4 fstat=5 lstat=6 poll=7 lseek=8 mmap=9 mprotect=10 munmap=11 brk=12
            rt_sigaction=13 rt_sigprocmask=14 rt_sigreturn=15 pread64=17 pwrite64=18 readv=19 writev=20 access=21
            pipe=22 select=23 sched_yield=24 mremap=25 msync=26 mincore=27 madvise=28 dup=32 dup2=33 pause=34
            nanosleep=35 getitimer=36 alarm=37 setitimer=38 getpid=39 exit=60 uname=63 flock=73 fsync=74
            fdatasync=75 truncate=76 ftruncate=77 getdents=78 getdents64=217 getcwd=79 chdir=80 fchdir=81 rename=82
            mkdir=83 rmdir=84 creat=85 link=86 unlink=87 symlink=88 readlink=89 umask=95 gettimeofday=96
            getrlimit=97 setrlimit=160 getrusage=98 sysinfo=99 times=100 getuid=102 getgid=104 geteuid=107
            getegid=108 getppid=110 getpgrp=111 getpgid=121 getsid=124 rt_sigpending=127 rt_sigtimedwait=128
            rt_sigsuspend=130 sigaltstack=131 statfs=137 fstatfs=138 getpriority=140 arch_prctl=158 gettid=186
            time=201 futex=202 sched_getaffinity=204 set_tid_address=218 clock_gettime=228 clock_getres=229
            clock_nanosleep=230 exit_group=231 epoll_create=213 epoll_create1=291 epoll_ctl=233 epoll_wait=232
            epoll_pwait=281 openat=257 open=2 mkdirat=258 newfstatat=262 unlinkat=263 renameat=264 linkat=265
            symlinkat=266 readlinkat=267 faccessat=269 pselect6=270 ppoll=271 set_robust_list=273
            get_robust_list=274 fallocate=285 eventfd2=290 dup3=292 pipe2=293 preadv=295 pwritev=296 getcpu=309
            getrandom=318 statx=332 rseq=334 membarrier=324 copy_file_range=326 preadv2=327 pwritev2=328
            close_range=436 openat2=437 faccessat2=439 renameat2=316 wait4=61 waitid=247 restart_syscall=219
            getresuid=118 getresgid=120 getgroups=115 capget=125 sched_getparam=143 sched_getscheduler=145
            sched_get_priority_max=146 sched_get_priority_min=147 sched_rr_get_interval=148 readahead=187
            fadvise64=221 sendfile=40 sync_file_range=277 getxattr=191 lgetxattr=192 fgetxattr=193 listxattr=194
            flistxattr=196 llistxattr=195 timer_create=222 timer_settime=223 timer_gettime=224 timer_delete=226
            timerfd_create=283 timerfd_settime=286 timerfd_gettime=287 sync=162 syncfs=306
        """,
        "pretended": """
            chmod=90 fchmod=91 fchmodat=268 fchmodat2=452 chown=92 fchown=93 lchown=94 fchownat=260 utime=132
            utimes=235 futimesat=261 utimensat=280
        """,
        "special": "clone=56 kill=62 tgkill=234 fcntl=72 prlimit64=302 prctl=157 ioctl=16 fork=57 vfork=58 clone3=435",
    },
    "aarch64": {
        "allowed": """
            read=63 write=64 close=57 fstat=80 lseek=62 mmap=222 mprotect=226 munmap=215 brk=214 rt_sigaction=134
            rt_sigprocmask=135 rt_sigreturn=139 pread64=67 pwrite64=68 readv=65 writev=66 sched_yield=124 mremap=216
            msync=227 mincore=232 madvise=233 dup=23 nanosleep=101 getitimer=102 setitimer=103 getpid=172 exit=93
            uname=160 flock=32 fsync=82 fdatasync=83 truncate=45 ftruncate=46 getdents64=61 getcwd=17 chdir=49
            fchdir=50 umask=166 gettimeofday=169 getrlimit=163 setrlimit=164 getrusage=165 sysinfo=179 times=153
            getuid=174 getgid=176 geteuid=175 getegid=177 getppid=173 getpgid=155 getsid=156 rt_sigpending=136
            rt_sigtimedwait=137 rt_sigsuspend=133 sigaltstack=132 statfs=43 fstatfs=44 getpriority=141 gettid=178
            futex=98 sched_getaffinity=123 set_tid_address=96 clock_gettime=113 clock_getres=114 clock_nanosleep=115
            exit_group=94 epoll_create1=20 epoll_ctl=21 epoll_pwait=22 openat=56 mkdirat=34 newfstatat=79
            unlinkat=35 renameat=38 linkat=37 symlinkat=36 readlinkat=78 faccessat=48 pselect6=72 ppoll=73
            set_robust_list=99 get_robust_list=100 fallocate=47 eventfd2=19 dup3=24 pipe2=59 preadv=69 pwritev=70
            getcpu=168 getrandom=278 statx=291 rseq=293 membarrier=283 copy_file_range=285 preadv2=286 pwritev2=287
            close_range=436 openat2=437 faccessat2=439 renameat2=276 wait4=260 waitid=95 restart_syscall=128
            getresuid=148 getresgid=150 getgroups=158 capget=90 sched_getparam=121 sched_getscheduler=120
            sched_get_priority_max=125 sched_get_priority_min=126 sched_rr_get_interval=127 readahead=213
            fadvise64=223 sendfile=71 sync_file_range=84 getxattr=8 lgetxattr=9 fgetxattr=10 listxattr=11
            flistxattr=13 llistxattr=12 timer_create=107 timer_settime=110 timer_gettime=108 timer_delete=111
            timerfd_create=85 timerfd_settime=86 timerfd_gettime=87 sync=81 syncfs=267
        """,
        "pretended": """
            fchmod=52 fchmodat=53 fchmodat2=452 fchown=55 fchownat=54 utimensat=88
        """,
        "special": "clone=220 kill=129 tgkill=131 fcntl=25 prlimit64=261 prctl=167 ioctl=29 clone3=435",
    },
}


def numbers(machine, kind):
    """Return the numbers of a kind of calls, by name.

    >>> numbers("x86_64", "allowed")["read"]
    0
    """
    return {name: int(number) for name, _, number in (word.partition("=") for word in _CALLS[machine][kind].split())}
