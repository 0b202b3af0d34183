"""What the simulated infrastructure lets be read: measurements, and the console of a node. The same for one service."""

from random import Random

from services.provisioning.drivers.port import Task
from services.provisioning.verbs import Verb

BOOT = (
    "Booting the kernel",
    "Memory: {memory} GB, processors: {cores}",
    "Disk 0: {storage} TB, healthy",
    "Network: link is up, 10 Gbps full duplex",
    "Time synchronised",
    "Reached the login prompt",
)


def read(task: Task, n: int) -> str:
    """What step ``n`` has read; empty where it reads nothing."""
    known = Random(task.service_id.int)
    if task.verb == Verb.console_log:
        return _console(task, known)
    return _measurements(task, known) if task.verb == Verb.diagnose and n == 1 else ""


def _console(task: Task, known: Random) -> str:
    found = task.configuration
    said = {"memory": found.get("memory_gb", 8), "cores": found.get("cpu_cores", 2)}
    said["storage"] = found.get("storage_tb", 1)
    times, seconds = [], 0.0
    for _ in BOOT:
        times.append(seconds)
        seconds += known.uniform(0.2, 3.0)
    return "\n".join(f"[{at:9.3f}] {line.format(**said)}" for at, line in zip(times, BOOT, strict=True))


def _measurements(task: Task, known: Random) -> str:
    if task.kind == "node":
        lines = [
            f"processor load: {known.uniform(0.1, 0.9):.2f}",
            f"memory in use: {known.randint(20, 80)} %",
            f"disk errors: 0, disk in use: {known.randint(10, 70)} %",
        ]
    else:
        lines = [
            f"light level: {-known.uniform(1.5, 6.0):.1f} dBm",
            f"packet loss: 0.00 %, jitter: {known.uniform(0.01, 0.4):.2f} ms",
            f"round trip: {known.uniform(0.4, 24.0):.1f} ms",
        ]
    return "\n".join([*lines, "all values are within their limits"])
