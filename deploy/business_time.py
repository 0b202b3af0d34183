"""Business time of a demo, as the operator and the tests move it; `shared.clock` reads it."""

import json
from datetime import timedelta
from pathlib import Path


def set_offset(file: Path, offset: timedelta) -> None:
    """Move business time for everyone who reads ``file``; the new file replaces the old one at once."""
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps({"offset_seconds": offset.total_seconds()}))
    draft.replace(file)
