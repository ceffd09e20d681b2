"""The child: walls itself in, then runs the code that stands on its standard input. `run` starts it.

It is run by its path under `python -I -S`, so it imports nothing of hroute. The job is one JSON object:
{"code", "function", "calls": [[argument, ...], ...], "builtins": [name, ...], "limits": {...}}, or
{"probe": true}. What the code prints goes to standard output, what its calls return to standard error, as
one JSON object.
"""

import builtins
import ctypes
import json
import os
import resource
import signal
import sys

# linux/seccomp.h, linux/filter.h, linux/audit.h, linux/prctl.h, linux/landlock.h, linux/sched.h
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
SECCOMP_MODE_FILTER = 2
KILL, ALLOW, REFUSE = 0x80000000, 0x7FFF0000, 0x00050000 | 1  # refuse: EPERM
LOAD, IF_EQUAL, RETURN = 0x20, 0x15, 0x06
NEW_USER, NEW_NET, NEW_IPC = 0x10000000, 0x40000000, 0x08000000
LANDLOCK_CREATE, LANDLOCK_RESTRICT = 444, 446
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# All that running Python code without files needs, by its number on each machine.
CALLS = {
    "read": (0, 63), "write": (1, 64), "close": (3, 57), "fstat": (5, 80), "lseek": (8, 62),
    "mmap": (9, 222), "mprotect": (10, 226), "munmap": (11, 215), "brk": (12, 214), "mremap": (25, 216),
    "madvise": (28, 233), "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139), "sigaltstack": (131, 132), "getpid": (39, 172), "exit": (60, 93),
    "exit_group": (231, 94), "futex": (202, 98), "getrandom": (318, 278), "gettimeofday": (96, 169),
    "clock_gettime": (228, 113),
}  # fmt: skip


class SyscallFilter(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort),
        ("if_true", ctypes.c_ubyte),
        ("if_false", ctypes.c_ubyte),
        ("k", ctypes.c_uint),
    )


class Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filters", ctypes.POINTER(SyscallFilter)))


class Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_ulonglong), ("net", ctypes.c_ulonglong), ("scoped", ctypes.c_ulonglong))


def main() -> None:
    job = json.loads(sys.stdin.buffer.read())
    limit(job["limits"])
    walls = wall_in()
    # Files and the network must be held. Whether processes are, without the filter, only the probe can tell.
    if "calls" not in walls and not {"files", "network"} <= set(walls):
        report({"refused": "this system offers no walls: no seccomp, and not Landlock with namespaces"})
    elif job.get("probe"):
        report({"walls": walls, "open": still_open()})
    else:
        report(run(job))


def limit(limits: dict[str, int]) -> None:
    """Before anything is read by the code: what it may take of the machine."""
    for name, most in limits.items():
        kind = getattr(resource, f"RLIMIT_{name}")
        resource.setrlimit(kind, (most, most))


def wall_in() -> list[str]:
    """Takes away the network, all files, and every system call that pure computation does not need."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not sys.platform.startswith("linux"):
        return []
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    walls = ["network"] if libc.unshare(NEW_USER | NEW_NET | NEW_IPC) == 0 else []
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return walls
    if close_files(libc):
        walls.append("files")
    if close_calls(libc):
        walls.append("calls")
    return walls


def close_files(libc: ctypes.CDLL) -> bool:
    """A Landlock ruleset without a rule: no path may be opened, made or removed from here on."""
    version = libc.syscall(LANDLOCK_CREATE, None, 0, 1)
    if version < 1:
        return False
    rights = 13 + (version >= 2) + (version >= 3) + (version >= 5)  # of files, one bit each
    rules = Ruleset((1 << rights) - 1, 3 if version >= 4 else 0, 3 if version >= 6 else 0)
    size = 8 if version < 4 else 16 if version < 6 else 24
    fd = libc.syscall(LANDLOCK_CREATE, ctypes.byref(rules), size, 0)
    return bool(fd >= 0 and libc.syscall(LANDLOCK_RESTRICT, fd, 0) == 0)


def close_calls(libc: ctypes.CDLL) -> bool:
    """A seccomp filter: what is not on the list is refused, so no open, socket, fork or exec."""
    machine = os.uname().machine
    if machine not in AUDIT_ARCH or sys.maxsize < 2**32:  # a 32-bit Python makes other calls
        return False
    arch, column = AUDIT_ARCH[machine], list(AUDIT_ARCH).index(machine)
    allowed = [numbers[column] for numbers in CALLS.values()]
    steps = [(LOAD, 0, 0, 4), (IF_EQUAL, 1, 0, arch), (RETURN, 0, 0, KILL), (LOAD, 0, 0, 0)]
    steps += [(IF_EQUAL, len(allowed) - place, 0, call) for place, call in enumerate(allowed)]
    steps += [(RETURN, 0, 0, REFUSE), (RETURN, 0, 0, ALLOW)]
    filters = (SyscallFilter * len(steps))(*(SyscallFilter(*step) for step in steps))
    program = Program(len(steps), filters)
    done: int = libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)
    return done == 0


def still_open() -> list[str]:
    """What the walls do not hold, found by trying."""
    tries = {"files": lambda: os.open(__file__, os.O_RDONLY), "network": socket, "processes": fork}
    return [name for name, attempt in tries.items() if succeeds(attempt)]


def succeeds(attempt: object) -> bool:
    try:
        attempt()  # type: ignore[operator]
    except OSError:
        return False
    return True


def socket() -> None:
    """A socket alone reaches nothing: it must also find an address outside this process."""
    libc = ctypes.CDLL(None, use_errno=True)
    fd = libc.socket(2, 2, 0)  # AF_INET, SOCK_DGRAM: connecting sends nothing
    address = bytes((2, 0, 0, 9, 127, 0, 0, 1, *(0,) * 8))
    if fd < 0 or libc.connect(fd, address, len(address)) != 0:
        raise OSError(ctypes.get_errno(), "no way out")


def fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def run(job: dict[str, object]) -> dict[str, object]:
    """Each call's value or error; an error of the code itself is that of every call."""
    allowed = {name: getattr(builtins, name) for name in job["builtins"]}  # type: ignore[attr-defined]
    space: dict[str, object] = {"__builtins__": allowed, "__name__": "answer"}
    try:
        exec(compile(str(job["code"]), "answer", "exec"), space)
    except BaseException as error:  # noqa: BLE001  whatever it raises is its own
        return {"error": said(error)}
    function = space.get(str(job["function"]))
    if function is None:
        return {"error": f"it defines no {job['function']}"}
    return {"values": [called(function, arguments) for arguments in job["calls"]]}  # type: ignore[attr-defined]


def called(function: object, arguments: list[object]) -> dict[str, object]:
    try:
        value = function(*arguments)  # type: ignore[operator]
        return {"value": json.loads(json.dumps(value))}
    except BaseException as error:  # noqa: BLE001
        return {"error": said(error)}


def said(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"[:200]
    except BaseException:  # noqa: BLE001  an error may have a __str__ of its own
        return type(error).__name__


def report(found: dict[str, object]) -> None:
    os.write(2, json.dumps(found).encode())


main()
