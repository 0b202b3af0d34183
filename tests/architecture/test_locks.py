"""What decides access is locked in one place, which holds the order of the locks."""

import re
from pathlib import Path

import pytest

IDENTITY = Path(__file__).resolve().parents[2] / "services/identity"
AFTER_ALL = {"access_requests/asking.py", "access_requests/deciding.py", "closings/closing.py", "contacts/service.py",
             "erasures/erasing.py", "invitations/service.py", "keys/service.py", "location_invitations/service.py",
             "sign_in_challenges/mailing.py", "workspaces/renaming.py"}  # fmt: skip
"""Files that lock rows of their own feature, which come after workspace, person and grant."""
LOCKED = {
    str(path.relative_to(IDENTITY)): path.read_text()
    for path in IDENTITY.rglob("*.py")
    if "with_for_update" in path.read_text() and path.name != "locks.py"
}


def test_only_rows_of_a_feature_are_locked_elsewhere() -> None:
    assert LOCKED.keys() == AFTER_ALL


@pytest.mark.parametrize("file", sorted(LOCKED))
def test_no_other_file_locks_a_workspace_a_person_or_a_grant(file: str) -> None:
    for line in LOCKED[file].splitlines():
        assert "with_for_update" not in line or not re.search(r"\b(Workspace|User|Grant)\b", line)
