"""Makes sure that the browser tests find a Chromium: the system's, else Debian's where apt may install it.

The headless shell is the same engine without the parts that draw windows: a page takes a third of the processor time.
"""

import shutil
import sys

from deploy.local import apt
from deploy.local.processes import CouldNotStart

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium-headless-shell", "chromium")
"""What one distribution or another calls it."""


def find_chromium() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


def main() -> None:
    if find_chromium() is None and apt.may_install():
        _install()
    if find_chromium() is None:
        sys.exit("The browser tests need Chromium: sudo apt-get install chromium")


def _install() -> None:
    problem = None
    for package in PACKAGES:
        try:
            return apt.install([package])
        except CouldNotStart as reason:
            problem = reason
    sys.exit(str(problem))


if __name__ == "__main__":
    main()
