"""The printing process: reads jobs from its standard input, one after the other, and writes each document to its
standard output. It holds no connection and no secret, and ends when its input does.

A message is its size in 4 bytes, then a JSON object. An answer with a document is followed by its bytes.
"""

import base64
import os
import resource
import struct
import sys
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from services.billing.printing.pages import Pages

SIZE = struct.Struct("!I")
KEPT_MIB = 200
"""The compiler remembers what it has set. With more memory than this the process ends, for a new one."""
PRINTS = 500


def main() -> None:
    os.nice(10)  # people who wait for a page come first
    settings = orjson.loads(sys.argv[1])
    bound = settings["memory_mib"] * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (bound, bound))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pages = Pages(Path(settings["fonts"]) if settings["fonts"] else None, Path(settings["template"]))
    jobs, answers = sys.stdin.buffer, sys.stdout.buffer
    for number in range(1, PRINTS + 1):
        if (job := _read(jobs)) is None:
            return
        answer, content = _answer(pages, job)
        answer["last"] = number == PRINTS or answer["peak_mib"] > KEPT_MIB
        message = orjson.dumps(answer)
        answers.write(SIZE.pack(len(message)) + message + content)
        answers.flush()
        if answer["last"]:
            return


def _read(jobs: BinaryIO) -> Any:
    """The next job; None: there will be none."""
    size = jobs.read(SIZE.size)
    return orjson.loads(jobs.read(*SIZE.unpack(size))) if len(size) == SIZE.size else None


def _answer(pages: Pages, job: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    logo = base64.b64decode(job["logo"]) if job["logo"] else None
    try:
        content, missing = pages.set(job["document"], job["stamp"], logo)
        said: dict[str, Any] = {"bytes": len(content), "missing": missing, "error": None}
    except Exception as error:
        content, said = b"", {"bytes": 0, "missing": [], "error": f"{type(error).__name__}: {error}"[:500]}
    return said | {"peak_mib": _peak_mib()}, content


def _peak_mib() -> int:
    """The most memory that this program has had. `getrusage` would count that of the worker which started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


if __name__ == "__main__":
    main()
