"""The archive of a backup: a tar file of dumps, of files, and of a manifest that says what belongs to it.

Dumps have no size before they end, and tar names it first. So an entry is stored in pieces: the first one has the
entry's name, the others are below ``more/``. Without Portico, `cat` puts them together:

    cat databases/audit.dump more/*/databases/audit.dump
"""

import hashlib
import re
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO

import orjson

from deploy.backup.sealing import NotReadable, is_proved, prove

FORMAT = 1
MANIFEST, PROOF = "manifest.json", "manifest.proof"
LARGEST_MANIFEST = 256 * 1024 * 1024
PIECE = 8 * 1024 * 1024
READ = 1024 * 1024
_MORE = re.compile(r"more/(\d{6})/(.+)")


@dataclass
class Writing:
    """An archive that is being written to ``sink``. `close` ends it; without its manifest it is none."""

    sink: BinaryIO
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._tar = tarfile.open(fileobj=self.sink, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - `close`

    def add(self, name: str, content: IO[bytes]) -> None:
        digest, size, number = hashlib.sha256(), 0, 0
        while (piece := _full(content, PIECE)) or not number:
            self._member(f"more/{number:06d}/{name}" if number else name, piece)
            digest.update(piece)
            size, number = size + len(piece), number + 1
        self.entries[name] = {"bytes": size, "sha256": digest.hexdigest()}

    def close(self, about: Mapping[str, Any]) -> None:
        """Write the manifest, which has ``about`` besides the entries, and its proof."""
        manifest = orjson.dumps({"format": FORMAT, **about, "entries": self.entries}, option=orjson.OPT_INDENT_2)
        self._member(MANIFEST, manifest)
        self._member(PROOF, prove(manifest).encode())
        self._tar.close()

    def _member(self, name: str, content: bytes) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(content), 0o600
        self._tar.addfile(member, BytesIO(content))


def _full(content: IO[bytes], size: int) -> bytes:
    """Exactly ``size`` bytes, unless the content ends: a pipe gives what it has."""
    pieces = list[bytes]()
    while size and (piece := content.read(size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def unpack(source: Any, folder: Path, *, unsigned: bool) -> dict[str, Any]:
    """Write the entries of an archive below ``folder``, and return its manifest. ``source`` is a file to read from.

    Raises `NotReadable` if it is not what its manifest says, or, unless ``unsigned``, if nobody can tell who made it.
    """
    found, texts = dict[str, dict[str, Any]](), dict[str, bytes]()
    try:
        with tarfile.open(fileobj=source, mode="r|", bufsize=READ) as tar:
            for member in tar:
                content = tar.extractfile(member)
                if content is None:
                    raise NotReadable(f"{member.name} is no file.")
                if member.name in (MANIFEST, PROOF):
                    texts[member.name] = _full(content, LARGEST_MANIFEST)
                else:
                    _append(found, folder, member.name, content)
        while source.read(READ):
            pass  # the end of the encryption says that nothing was cut off
    except tarfile.TarError as error:
        raise NotReadable(f"The backup is no archive of Portico: {error}.") from error
    return _checked(texts, found, unsigned=unsigned)


def _append(found: dict[str, dict[str, Any]], folder: Path, name: str, content: IO[bytes]) -> None:
    more = _MORE.fullmatch(name)
    number, entry = (int(more[1]), more[2]) if more else (0, name)
    kept = found.setdefault(entry, {"bytes": 0, "digest": hashlib.sha256(), "pieces": 0})
    if not is_safe(entry) or number != kept["pieces"]:
        raise NotReadable(f"The backup has an entry where none belongs: {name!r}.")
    place = folder / entry
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with place.open("ab") as file:
        for piece in _read(content):
            file.write(piece)
            kept["digest"].update(piece)
            kept["bytes"] += len(piece)
    kept["pieces"] += 1


def _read(content: IO[bytes]) -> Iterator[bytes]:
    while piece := content.read(READ):
        yield piece


def is_safe(name: str) -> bool:
    """Whether a name leads nowhere but below the folder."""
    parts = PurePosixPath(name).parts
    return parts[:1] in (("databases",), ("files",)) and ".." not in parts and "\0" not in name and len(name) < 1000


def _checked(texts: Mapping[str, bytes], found: Mapping[str, Any], *, unsigned: bool) -> dict[str, Any]:
    if MANIFEST not in texts or PROOF not in texts:
        raise NotReadable("The backup has no manifest: it was not finished.")
    if not unsigned and not is_proved(texts[MANIFEST], texts[PROOF].decode(errors="replace")):
        raise NotReadable("The backup was not made with one of the keys of AUDIT_SEAL_KEY, so nobody can tell who made"
                          " it. Set the key of the installation that it is of; if that is lost and you know where the"
                          " backup has been, --unsigned restores it all the same.")  # fmt: skip
    manifest: dict[str, Any] = orjson.loads(texts[MANIFEST])
    if manifest["format"] != FORMAT:
        raise NotReadable(f"The backup has the format {manifest['format']}; this version knows {FORMAT}.")
    digests = {name: {"bytes": each["bytes"], "sha256": each["digest"].hexdigest()} for name, each in found.items()}
    if wrong := _differences(manifest["entries"], digests):
        raise NotReadable(f"The backup is not what its manifest says: {', '.join(wrong[:5])}.")
    return manifest


def _differences(said: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    names: Iterable[str] = said.keys() | found.keys()
    return sorted(name for name in names if said.get(name) != found.get(name))
