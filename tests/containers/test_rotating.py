import stat
from pathlib import Path

import pytest

from deploy.containers.env_file import rotate
from deploy.containers.rotating import CannotRotate

NAME = "AUDIT_SEAL_KEY"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / ".env"
    file.write_text(f"# ours\nPORTICO_PORT=8080\n{NAME}=of-2025\nPOSTGRES_PASSWORD='quoted'\n")
    file.chmod(0o600)
    return file


def values(file: Path, name: str = NAME) -> list[str]:
    [found] = [line for line in file.read_text().splitlines() if line.startswith(f"{name}=")]
    return found.partition("=")[2].split(",")


def test_a_new_value_is_accepted_then_used_then_alone(file: Path) -> None:
    rotate(file, "add", NAME)
    old, new = values(file)
    rotate(file, "use", NAME)
    used = values(file)
    rotate(file, "retire", NAME)

    assert (old, len(new)) == ("of-2025", 44)
    assert used == [new, "of-2025"]
    assert values(file) == [new]
    assert file.read_text() == f"# ours\nPORTICO_PORT=8080\n{NAME}={new}\nPOSTGRES_PASSWORD='quoted'\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_a_step_that_is_repeated_changes_nothing_and_says_no_secret(file: Path) -> None:
    for step in ("add", "use", "retire"):
        said = rotate(file, step, NAME)
        after = file.read_text()
        again = rotate(file, step, NAME)

        assert file.read_text() == after
        assert "nothing was changed" in again
        assert not any(value in said + again for value in values(file))


def test_values_that_are_needed_for_longer_stay_behind(file: Path) -> None:
    for step in ("add", "use", "add", "use"):
        rotate(file, step, NAME)

    assert len(values(file)) == 3
    assert values(file)[-1] == "of-2025"


def test_a_quoted_value_is_read_as_compose_reads_it(file: Path) -> None:
    rotate(file, "add", "POSTGRES_PASSWORD")

    assert values(file, "POSTGRES_PASSWORD")[0] == "quoted"


@pytest.mark.parametrize(
    ("steps", "name", "said"),
    [
        (["use"], NAME, "--add AUDIT_SEAL_KEY comes first"),
        (["add", "retire"], NAME, "--use AUDIT_SEAL_KEY comes first"),
        (["add"], "PORTICO_PORT", "no secret"),
        (["add"], "POSTGRES_FIRST_PASSWORD", "no secret that can be rotated"),
        (["add"], "NOTIFICATIONS_BOUNCE_TOKEN", "does not say NOTIFICATIONS_BOUNCE_TOKEN"),
    ],
)
def test_what_does_not_come_now_is_refused_with_the_reason(file: Path, steps: list[str], name: str, said: str) -> None:
    *first, last = steps
    for step in first:
        rotate(file, step, name)
    before = file.read_text()

    with pytest.raises(CannotRotate, match=said):
        rotate(file, last, name)

    assert file.read_text() == before
