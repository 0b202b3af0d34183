"""The machine that the figures were taken on."""

import os
import platform
import re
import time
from pathlib import Path


def processor() -> str:
    found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    return f"{os.cpu_count()} x {found[1] if found else platform.processor() or platform.machine()}"


def memory_gib() -> int:
    return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30)


def load() -> str:
    """The load average of the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def cpu_seconds(pid: int) -> float:
    """The processor time that a process and its threads have used so far, to the nanosecond: /proc counts ticks of
    10 ms, which is all that a short measurement takes. The clock's number is what clock_getcpuclockid(3) makes of the
    id."""
    return time.clock_gettime(~pid << 3 | 2)


def tree_cpu_seconds(pid: int) -> float:
    """The processor time of a process and of all below it, ended ones included, in ticks of 10 ms."""
    parents, ticks = {}, {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = file.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        number = int(file.parent.name)
        parents[number], ticks[number] = int(fields[1]), sum(map(int, fields[11:15]))
    found = {pid}
    while below := {child for child, parent in parents.items() if parent in found} - found:
        found |= below
    return sum(ticks.get(each, 0) for each in found) / os.sysconf("SC_CLK_TCK")


def memory_now_mib(pid: int) -> float:
    """The process's pages in memory, shared ones included."""
    return _status_mib(pid, "VmRSS")


def peak_mib(pid: int) -> float:
    """The most that they have been since `reset_peak`, or since the process's start."""
    return _status_mib(pid, "VmHWM")


def reset_peak(pid: int) -> None:
    """Begin to look for the peak anew."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def _status_mib(pid: int, name: str) -> float:
    found = re.search(rf"^{name}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024


def memory_mib(pid: int) -> float:
    """The process's own pages, and its share of those that it shares with others (PSS)."""
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024
