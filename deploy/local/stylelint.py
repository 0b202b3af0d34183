"""Checks the portal's style sheets: `python -m deploy.local.stylelint`, and ``--fix`` mends what it can."""

import subprocess
import sys

from deploy.environment import ROOT
from deploy.local import npm
from deploy.local.processes import CouldNotStart

FOLDER = ROOT / "tests" / "style"
STYLES = ROOT / "services" / "portal" / "static" / "css"


def check(*options: str) -> int:
    """The exit status of stylelint, which has shown what is wrong."""
    program = FOLDER / "node_modules" / "stylelint" / "bin" / "stylelint.mjs"
    config = ["--config", str(FOLDER / "stylelint.config.mjs"), "--max-warnings", "0"]
    command = [*npm.program("node"), str(program), *config, *options, f"{STYLES}/**/*.css"]
    return subprocess.run(command, cwd=FOLDER, check=False).returncode


if __name__ == "__main__":
    try:
        npm.install(FOLDER, "stylelint")
    except CouldNotStart as problem:
        sys.exit(str(problem))
    sys.exit(check(*sys.argv[1:]))
