"""The file of a backup: what is in it, who can read it, and what is refused."""

import os
import signal
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from deploy.backup.archive import PIECE, Writing, unpack
from deploy.backup.pipes import Pipe
from deploy.backup.sealing import NotReadable, decrypted, encrypted, make_identity, read_identities, read_recipients
from deploy.backup.stores import Backups, Kept
from deploy.environment import ROOT, OperatorError
from deploy.waiting import eventually
from tests.harness.s3 import s3_store

DUMP = os.urandom(2 * PIECE + 5)
INVOICE = b"%PDF"
NAME, OLDER = "portico-20261130T120000Z.tar.age", "portico-20261129T120000Z.tar.age"


@pytest.fixture(autouse=True)
def seal_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDIT_SEAL_KEY", "newest-key, older-key")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    make_identity(tmp_path / "key.txt")
    return tmp_path / "key.txt"


def public(key: Path) -> str:
    return key.read_text().splitlines()[0].rpartition(" ")[2]


def write(sink: BinaryIO, *, finished: bool = True, name: str = "databases/audit.dump") -> None:
    archive = Writing(sink)
    archive.add(name, BytesIO(DUMP))
    archive.add("files/billing/2026/a.pdf", BytesIO(INVOICE))
    if finished:
        archive.close({"moment": "now"})


def sealed(key: Path, **how: Any) -> bytes:
    return b"".join(encrypted(Pipe(lambda sink: write(sink, **how)), read_recipients([public(key)])))


def opened(content: bytes, key: Path, folder: Path, *, unsigned: bool = False) -> dict[str, Any]:
    with decrypted(Pipe(lambda sink: sink.write(content)), read_identities(key)) as clear:
        return unpack(clear, folder, unsigned=unsigned)


def test_what_was_put_in_comes_out_and_the_secret_key_alone_opens_it(key: Path, tmp_path: Path) -> None:
    content = sealed(key)
    stranger = tmp_path / "other.txt"
    make_identity(stranger)

    manifest = opened(content, key, tmp_path / "out")

    assert (tmp_path / "out/databases/audit.dump").read_bytes() == DUMP
    assert (tmp_path / "out/files/billing/2026/a.pdf").read_bytes() == INVOICE
    assert manifest["moment"] == "now"
    assert INVOICE not in content
    assert key.stat().st_mode & 0o077 == 0
    with pytest.raises(NotReadable, match="cannot be decrypted"):
        opened(content, stranger, tmp_path / "strange")
    with pytest.raises(OperatorError, match="is there already"):
        make_identity(key)


def test_one_bit_that_was_changed_or_one_byte_that_is_missing_is_noticed(key: Path, tmp_path: Path) -> None:
    content = sealed(key)
    for number, place in enumerate((300, len(content) // 2, len(content) - 1)):
        changed = bytearray(content)
        changed[place] ^= 1
        with pytest.raises(NotReadable):
            opened(bytes(changed), key, tmp_path / f"changed-{number}")
        with pytest.raises(NotReadable):
            opened(content[:place], key, tmp_path / f"cut-{number}")


def test_a_backup_that_was_not_finished_is_none(key: Path, tmp_path: Path) -> None:
    with pytest.raises(NotReadable):
        opened(sealed(key, finished=False), key, tmp_path / "out")


def test_whoever_knows_the_public_key_alone_cannot_make_a_backup_that_is_restored(
    key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDIT_SEAL_KEY", "a-guess")
    forged = sealed(key)
    monkeypatch.setenv("AUDIT_SEAL_KEY", "older-key")
    older = sealed(key)

    monkeypatch.setenv("AUDIT_SEAL_KEY", "newest-key, older-key")
    with pytest.raises(NotReadable, match="nobody can tell who made it"):
        opened(forged, key, tmp_path / "forged")
    assert opened(older, key, tmp_path / "older")
    assert opened(forged, key, tmp_path / "all-the-same", unsigned=True)


@pytest.mark.parametrize("name", ["files/../../out", "/etc/passwd", "elsewhere/a", "more/000001/files/a"])
def test_no_entry_leads_out_of_the_folder(name: str, key: Path, tmp_path: Path) -> None:
    with pytest.raises(NotReadable, match="where none belongs"):
        opened(sealed(key, name=name), key, tmp_path / "out", unsigned=True)


def test_an_archive_is_read_without_portico(key: Path, tmp_path: Path) -> None:
    whole = BytesIO()
    write(whole)  # type: ignore[arg-type]
    whole.seek(0)

    with tarfile.open(fileobj=whole) as tar:
        tar.extractall(tmp_path, filter="data")

    pieces = [tmp_path / "databases/audit.dump", *sorted(tmp_path.glob("more/*/databases/audit.dump"))]
    assert b"".join(piece.read_bytes() for piece in pieces) == DUMP


def test_a_backup_that_breaks_off_leaves_nothing_in_the_store(key: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    store.mkdir()

    def break_off(sink: BinaryIO) -> None:
        write(sink, finished=False)
        raise OperatorError("pg_dump failed")

    with pytest.raises(Exception, match="pg_dump failed"):
        Backups(str(store)).put(NAME, encrypted(Pipe(break_off), read_recipients([public(key)])))

    assert list(store.iterdir()) == []


KILLED = """
import sys, time
from deploy.backup.stores import Backups
def content():
    for _ in range(80):
        yield bytes(1024 * 1024)
    print("written", flush=True)
    time.sleep(600)
Backups(sys.argv[1]).put("portico-20261130T120000Z.tar.age", content())
"""


def test_a_backup_whose_process_is_killed_is_never_taken_for_one(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == b"written\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()

    assert list(tmp_path.iterdir()) != [], "something was begun"
    assert Backups(str(tmp_path)).newest_first() == []


async def test_a_bucket_keeps_the_newest_backups(key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = sealed(key)
    with s3_store() as store:
        monkeypatch.setenv("AWS_ENDPOINT_URL", store["downloads_endpoint"])
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", store["downloads_access_key"])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", store["downloads_secret_key"])
        monkeypatch.setenv("AWS_REGION", "us-east-1")
        backups = Backups(f"s3://{store['downloads_bucket']}/portico/main")
        for name in (OLDER, NAME):
            backups.put(name, iter([content]))

        with pytest.raises(OperatorError, match="of this second already"):
            backups.put(NAME, iter([b""]))
        with pytest.raises(RuntimeError, match="breaks off"):
            backups.put("portico-20261201T120000Z.tar.age", _breaking_off())
        both = [each.name for each in backups.newest_first()]
        for text in ("nobody", "somebody"):
            backups.put_beside("erased.txt", text)
        beside = BytesIO()
        backups.copy_to(beside, Kept("erased.txt", len("somebody")))
        pruned = backups.prune(1)
        source = Pipe(lambda sink: backups.copy_to(sink, backups.find(None)))
        copied = b"".join(source.pieces())

    assert both == [NAME, OLDER]
    assert beside.getvalue() == b"somebody"
    assert pruned == [OLDER]
    assert copied == content


def _breaking_off() -> Any:
    yield bytes(40 * 1024 * 1024)
    raise RuntimeError("breaks off")


async def test_a_pipe_whose_reader_goes_lets_its_writer_end() -> None:
    ended = list[BaseException]()

    def write(sink: BinaryIO) -> None:
        try:
            while True:
                sink.write(bytes(1024 * 1024))
        except BaseException as error:
            ended.append(error)
            raise

    with Pipe(write) as pipe:
        pipe.read(10)

    await eventually(lambda: ended)
    assert isinstance(ended[0], BrokenPipeError)
