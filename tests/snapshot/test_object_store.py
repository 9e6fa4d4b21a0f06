"""
A snapshot in an object store is written, read and refreshed as one in a folder is.
"""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys
import time
from datetime import timedelta

import pytest

from dashboard.errors import SnapshotError
from dashboard.hardening import readiness
from dashboard.intake.refresh import refresh
from dashboard.settings import Settings, read_settings
from dashboard.snapshot import Snapshot
from tests.operational import IN_STEPS, NOW, again, execute, insert, keys, make_database, row, write_query

START_SECONDS = 60


@pytest.fixture(scope="module")
def bucket(tmp_path_factory):
    """
    An S3-compatible server of its own (moto, in memory) with an empty bucket; its address.
    """
    if importlib.util.find_spec("moto") is None or importlib.util.find_spec("flask_cors") is None:
        pytest.skip("moto is not installed: no S3-compatible server to test against")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with (tmp_path_factory.mktemp("s3") / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        wait_for(port, server)
        address = f"http://127.0.0.1:{port}"
        with socket.create_connection(("127.0.0.1", port)) as made:
            made.sendall(b"PUT /acme HTTP/1.0\r\nContent-Length: 0\r\n\r\n")
            assert b"200" in made.recv(100)
        yield address
    finally:
        server.terminate()
        server.wait()


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert server.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        else:
            return


@pytest.fixture
def settings(bucket, tmp_path, monkeypatch) -> Settings:
    """
    As an operator writes them: the place in the file, the keys in the environment.
    """
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "reader")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    make_database(tmp_path / "core.db", [row(number) for number in ("1", "2", "3")])
    write_query(tmp_path / "queries", IN_STEPS)
    file = tmp_path / "settings.toml"
    file.write_text(
        f'[sources.core]\nurl = "sqlite:///core.db"\nqueries = "queries"\n'
        f'[snapshot]\npath = "s3://acme/{tmp_path.name}"\n'
        f'storage_options = {{ AWS_REGION = "eu-1", AWS_ENDPOINT_URL = "{bucket}", AWS_ALLOW_HTTP = "true" }}',
        encoding="utf-8",
    )
    return read_settings(file)


def test_it_is_loaded_changed_and_reconciled(settings, tmp_path):
    """
    In full, in steps, and in full again, which notices what was deleted. Who reads a version goes on reading it.
    """
    assert refresh(settings, now=NOW).succeeded
    first = Snapshot(settings.snapshot).current()
    insert(tmp_path / "core.db", [row("4", "2026-01-07 10:00:00")])
    execute(tmp_path / "core.db", "delete from complaint where number = '1'")
    (loaded,) = again(settings).loaded

    assert loaded.mode == "incremental"
    assert keys(settings) == ["1", "2", "3", "4"]
    assert again(settings, 2, full=True).succeeded
    assert keys(settings) == ["2", "3", "4"]
    assert sorted(first.scan("complaints").collect()["complaint_id"]) == ["1", "2", "3"]
    assert readiness(settings.snapshot, now=NOW + timedelta(hours=2))[0]
    assert not list(tmp_path.rglob("*.parquet"))


def test_a_store_that_is_away_is_said(settings, monkeypatch):
    """
    As an error an operator understands, without the key; and the server isn't ready.
    """
    away = settings.snapshot.model_copy(
        update={
            "storage_options": {
                **settings.snapshot.storage_options,
                "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
                "max_retries": "0",
            }
        }
    )
    with pytest.raises(SnapshotError) as caught:
        refresh(settings.model_copy(update={"snapshot": away}), now=NOW)

    assert "s3://acme" in str(caught.value)
    assert "Connection refused" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert not readiness(away, now=NOW)[0]
