"""Each way of starting private servers: as root with and without user namespaces, and as an ordinary user. The folder's
name has spaces, and only the user who starts the servers may enter it."""

import multiprocessing
import os
import pwd
import shutil
import stat
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import aio_pika
import asyncpg
import pytest

from deploy.local import clean, ordinary_user
from deploy.local.choosing import POSTGRES_URL, RABBITMQ_URL
from deploy.local.ordinary_user import NAMESPACE, Home
from deploy.local.processes import CouldNotStart
from deploy.local.servers import Servers

ROOT_WITH_NAMESPACES, ROOT_WITHOUT, SOMEBODY = "root, with namespaces", "root, without", "somebody else"
NOBODY = pwd.getpwnam("nobody")


@pytest.fixture(params=[ROOT_WITH_NAMESPACES, ROOT_WITHOUT, SOMEBODY])
def way(request: pytest.FixtureRequest) -> str:
    way = str(request.param)
    if way != SOMEBODY and os.geteuid() != 0:
        pytest.skip("not root")
    if way == ROOT_WITH_NAMESPACES and Home(Path("/"), NAMESPACE).run("true").returncode:
        pytest.skip("this machine forbids user namespaces")
    return way


@pytest.fixture
def folder(way: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="portico with spaces ") as name:
        folder = Path(name)
        if os.geteuid() == 0 and way == SOMEBODY:
            os.chown(folder, NOBODY.pw_uid, NOBODY.pw_gid)
        yield folder
        ordinary_user.remove(folder / "postgres")


def hold(way: str, folder: Path, both: bool, pipe: Connection) -> None:
    """Runs in its own process: switch to the user who starts the servers, and run them until told to stop."""
    try:
        for name in (POSTGRES_URL, RABBITMQ_URL):
            os.environ.pop(name, None)
        if way == ROOT_WITHOUT:
            forbid_namespaces(folder)
        os.chdir("/" if way == SOMEBODY else folder)
        if way == SOMEBODY and os.geteuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY.pw_gid)
            os.setuid(NOBODY.pw_uid)
        servers = Servers.bring(folder)
        chosen = [servers.postgres, servers.rabbitmq] if both else [servers.postgres]
        for server in chosen:
            server.begin()
        for server in chosen:
            server.wait()
        pipe.send((servers.postgres_url, servers.amqp_url()))
        pipe.recv()
        servers.stop()
        pipe.send("stopped")
    except BaseException:
        pipe.send(traceback.format_exc())


def forbid_namespaces(folder: Path) -> None:
    programs = folder / "programs"
    programs.mkdir(exist_ok=True)
    (programs / "unshare").write_text("#!/bin/sh\necho unshare failed: Operation not permitted >&2\nexit 1\n")
    (programs / "unshare").chmod(0o755)
    os.environ["PATH"] = f"{programs}:{os.environ['PATH']}"


@contextmanager
def running(way: str, folder: Path, both: bool = False) -> Iterator[tuple[str, str]]:
    ours, theirs = multiprocessing.Pipe()
    # Forked, since another user may be unable to read this Python's files.
    holder = multiprocessing.get_context("fork").Process(target=hold, args=(way, folder, both, theirs))
    holder.start()
    try:
        assert ours.poll(90), "the servers do not come up"
        urls = ours.recv()
        assert isinstance(urls, tuple), urls
        yield urls
        ours.send("stop")
        assert ours.poll(60), "the servers do not stop"
        assert ours.recv() == "stopped"
    finally:
        holder.kill()
        holder.join()


async def test_servers_restart_with_their_data_which_no_other_user_can_read(way: str, folder: Path) -> None:
    with running(way, folder) as (postgres, _):
        database = await asyncpg.connect(postgres)
        await database.execute("CREATE TABLE kept (id int)")
        await database.close()

    with running(way, folder, both=True) as (postgres, rabbitmq):
        database = await asyncpg.connect(postgres)
        assert await database.fetchval("SELECT to_regclass('kept')") == "kept"
        await database.close()
        async with await aio_pika.connect(rabbitmq) as connection:
            assert await (await connection.channel()).declare_queue("a queue", exclusive=True)

    data = folder / "postgres"
    assert data.is_symlink() == (way == ROOT_WITHOUT)
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert stat.S_IMODE(data.resolve().parent.stat().st_mode) == 0o700
    assert not (data.resolve().parent / ".postgres-password").exists()


@pytest.mark.parametrize("way", [ROOT_WITHOUT], indirect=True)
def test_files_outside_of_the_folder_are_removed_with_it_and_reported_when_missing(
    way: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = ordinary_user._home_of_postgres(folder / "postgres").folder
    assert home.is_dir()
    assert ordinary_user.find(folder / "postgres").folder == home, "also where namespaces are allowed meanwhile"

    shutil.rmtree(home)
    with pytest.raises(CouldNotStart, match="make clean"):
        ordinary_user.find(folder / "postgres")

    home.mkdir()
    monkeypatch.setattr(clean, "DEMO_FOLDER", folder)
    monkeypatch.setattr(clean, "BUILT", ())
    clean.main()
    assert not home.exists()
    assert not folder.exists()
    folder.mkdir()
