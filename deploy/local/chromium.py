"""Makes sure that the browser tests find a Chromium: the system's, else Debian's where apt may install it."""

import shutil
import sys

from deploy.local import apt
from deploy.local.processes import CouldNotStart

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


def main() -> None:
    if find_chromium() is None and apt.may_install():
        try:
            apt.install(["chromium"])
        except CouldNotStart as reason:
            sys.exit(str(reason))
    if find_chromium() is None:
        sys.exit("The browser tests need Chromium: sudo apt-get install chromium")


if __name__ == "__main__":
    main()
