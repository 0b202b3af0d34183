"""Which tests prove which rule: `make rules`."""

import ast
import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINE = re.compile(r"^- \*\*([KOLPID]\d+)\*\* (.*)$", re.MULTILINE)
NAMED = re.compile(r"\b([KOLPID]\d{1,2})\b")
CITATION = re.compile(r"\(([^()]*)\)")


def rules() -> dict[str, str]:
    """Every rule's text by its number."""
    return dict(LINE.findall((ROOT / "docs/rules.md").read_text()))


def proofs() -> dict[str, list[str]]:
    """The tests that carry each number, as ``path::test``."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                for number in _marks(node):
                    found[number].append(f"{path.relative_to(ROOT)}::{node.name}")
    return found


def _marks(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> list[str]:
    return [
        str(argument.value)
        for mark in node.decorator_list
        if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr == "rule"
        for argument in mark.args
        if isinstance(argument, ast.Constant)
    ]


def claimed() -> set[str]:
    """The rules that the code says it keeps: those named in brackets in the services and the plumbing."""
    known, found = rules().keys(), set()
    for folder in ("services", "shared"):
        for path in (ROOT / folder).rglob("*.py"):
            for citation in CITATION.findall(path.read_text()):
                found |= set(NAMED.findall(citation)) & known
    return found


def main() -> None:
    """Print every rule with its tests; exit with 1 when one that the code claims has none."""
    proved, unproved = proofs(), sorted(claimed() - proofs().keys())
    for number, text in rules().items():
        tests = proved.get(number, [])
        state = f"{len(tests)} tests" if tests else "info" if "*info*" in text else "not built"
        print(f"{number:4} [{state}] {text}")
        for test in tests:
            print(f"       {test}")
    print(f"\n{len(proved)} of {len(rules())} rules are proved by tests.")
    if unproved:
        sys.exit(f"Claimed by the code and proved by no test: {', '.join(unproved)}")


if __name__ == "__main__":
    main()
