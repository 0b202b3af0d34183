"""The shape of the code: sizes, names, layers."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted(
    path
    for folder in ("shared", "services", "deploy", "tests", "bench")
    for path in (ROOT / folder).rglob("*.py")
    if not {"node_modules", "versions"} & set(path.parts)
)
EDGE = re.compile(
    r"^from (fastapi|services\.\w+\.(app|handlers|jobs)|services\.[\w.]+\.endpoints) import", re.MULTILINE
)
FORBIDDEN_NAMES = {"utils", "util", "helpers", "common", "manager", "misc", "base_service"}


def source(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_there_is_code_to_look_at() -> None:
    assert len(CODE) > 150


def test_nothing_imports_what_is_above_it() -> None:
    program = Path(sys.executable).parent / "lint-imports"

    found = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)

    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_has_at_most_300_lines_and_a_function_at_most_40(path: Path) -> None:
    tree = ast.parse(source(path))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]

    assert len(source(path).splitlines()) <= 300
    long = [f.name for f in functions if (f.end_lineno or 0) - f.lineno + 1 > 40]
    assert long == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [path for path in CODE if path.stem in FORBIDDEN_NAMES] == []


WORDS = {"events", "language", "addresses.py", "field_errors.py", "texts.py"}
"""What is said, to services, to people and by people, is no plumbing."""
FEATURES = {
    "attempts",
    "colours.py",
    "erased_people.py",
    "exports",
    "files",
    "images.py",
    "lists",
    "own_accounts.py",
    "own_data",
    "sellers.py",
}
"""Nor is what people use and choose, and several services have."""


def test_the_plumbing_stays_within_2270_lines_of_code() -> None:
    plumbing = [
        path for path in CODE if path.is_relative_to(ROOT / "shared") and not (WORDS | FEATURES) & {*path.parts}
    ]
    assert sum(map(lines_of_code, plumbing)) <= 2270


def lines_of_code(path: Path) -> int:
    """Lines without blank lines, comments, docstrings and imports."""
    tree = ast.parse(source(path))
    texts: set[int] = set()
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_text or isinstance(node, ast.Import | ast.ImportFrom):
            texts.update(range(node.lineno, (node.end_lineno or 0) + 1))
    lines = enumerate(source(path).splitlines(), 1)
    return sum(1 for n, line in lines if n not in texts and line.strip() and not line.strip().startswith("#"))


def test_service_functions_do_not_import_their_edge() -> None:
    edges = {"endpoints", "pages"}
    files = [path for path in (ROOT / "services").glob("*/*/*.py") if path.parts[-3] != "portal"]
    rules = [path for path in files if path.stem not in edges]

    assert len(rules) > 50
    assert [path for path in rules if EDGE.search(source(path))] == []


def test_services_use_the_broker_only_through_shared_messaging() -> None:
    allowed = {"shared", "bench", "tests", "deploy"}
    for path in CODE:
        if path.relative_to(ROOT).parts[0] in allowed or "portal" in path.parts:
            continue
        assert "aio_pika" not in source(path), path
        assert "publish_batch" not in source(path), path


def test_every_service_explains_itself() -> None:
    for service in ("identity", "billing", "provisioning", "notifications", "audit", "portal"):
        readme = (ROOT / "services" / service / "README.md").read_text()
        for heading in ("Owns", "Publishes", "Listens to", "Endpoints", "Settings"):
            assert heading.lower() in readme.lower(), f"{service}: {heading}"


def test_the_locks_have_a_hash_for_everything_and_no_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        lock = source(ROOT / name)
        pinned = re.findall(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==", lock, re.MULTILINE)
        assert len(pinned) > 30
        assert "://" not in lock
        assert lock.count("--hash=sha256:") >= len(pinned)


def test_the_versions_agree() -> None:
    version = tomllib.loads(source(ROOT / "pyproject.toml"))["project"]["version"]
    assert f"## {version}" in source(ROOT / "CHANGELOG.md") or f"[{version}]" in source(ROOT / "CHANGELOG.md")
