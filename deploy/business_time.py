"""Sets the business time of a demo, for operators and tests; `shared.clock` reads it."""

import json
from datetime import timedelta
from pathlib import Path


def set_offset(file: Path, offset: timedelta) -> None:
    """Move business time for every process that reads ``file``, which is replaced atomically."""
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps({"offset_seconds": offset.total_seconds()}))
    draft.replace(file)
