"""
The server as operators start it: headers on every answer, closed doors, and what it says of itself.
"""

from __future__ import annotations

import json
import shutil
import socket
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest
from websockets.sync.client import connect

from dashboard.errors import SettingsError
from dashboard.hardening import readiness
from dashboard.intake.refresh import refresh
from dashboard.serving import auth_section, provider_origins, secrets_file, serve
from dashboard.settings import SnapshotSettings, read_settings
from tests.browser.conftest import serving
from tests.insurer import NOW, insure, write_settings


@pytest.fixture(scope="module")
def insured(tmp_path_factory):
    return insure(tmp_path_factory.mktemp("hardening"), scale=0.01)


@pytest.fixture(scope="module")
def server(insured, tmp_path_factory):
    with serving(
        insured.file, tmp_path_factory.mktemp("server") / "log", options=["--host", "d.example"]
    ) as found:
        yield found


def asked(server, path, **headers):
    """
    The status, the headers and the text of an answer.
    """
    request = urllib.request.Request(f"{server}{path}", headers=headers)  # noqa: S310 - our own address
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return answer.status, answer.headers, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode(errors="replace")


def is_guarded(headers):
    policy = headers["content-security-policy"]
    return (
        "frame-ancestors 'none'" in policy
        and "object-src 'none'" in policy
        and "base-uri 'self'" in policy
        and "form-action 'self'" in policy
        and "unsafe-eval" not in policy
        and "http" not in policy
        and headers["x-content-type-options"] == "nosniff"
        and headers["referrer-policy"] == "no-referrer"
        and headers["cross-origin-opener-policy"] == "same-origin"
        and "camera=()" in headers["permissions-policy"]
    )


@pytest.mark.parametrize(
    "path",
    ["/", "/complaint-deadlines", "/favicon.png", "/healthz", "/_stcore/health", "/_stcore/metrics", "/media/x"],
)
def test_every_answer_has_the_headers(server, path):
    """
    Pages, files, refusals: no answer leaves without them.
    """
    assert is_guarded(asked(server, path)[1])


def test_the_web_socket_has_them_too(server):
    """
    And it opens for a page of ours.
    """
    url = f"{server.replace('http', 'ws')}/_stcore/stream"
    with connect(url, origin=server, subprotocols=["streamlit"]) as stream:
        assert is_guarded(stream.response.headers)


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/metrics/", "/_stcore//metrics"])
def test_the_metrics_are_closed(server, path):
    """
    Sessions and memory are nobody's business.
    """
    status, _, text = asked(server, path)

    assert status == 404 or "cache_memory_bytes" not in text
    assert "session" not in text.lower() or "<html" in text


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost", 200), ("127.0.0.1", 200), ("d.example", 200), ("evil.example", 400), ("", 400)],
)
def test_a_foreign_host_is_refused(server, host, status):
    """
    A page elsewhere that points its own name to us gets nothing; names an operator gave are served.
    """
    assert status == asked(server, "/", Host=host)[0]


def test_the_process_says_that_it_lives_and_is_ready(server):
    """
    With the age of every fact, and without a name of a host, a path or SQL.
    """
    status, _, text = asked(server, "/readyz")
    told = json.loads(text)

    assert (200, "ok") == (asked(server, "/healthz")[0], asked(server, "/healthz")[2])
    assert (200, "ready") == (status, told["status"])
    assert {"complaints", "claims", "viewers"} <= set(told["facts"])
    assert all(set(fact) == {"age_seconds", "wrong"} for fact in told["facts"].values())
    assert "sqlite" not in text


def test_it_isnt_ready_without_a_snapshot(tmp_path):
    """
    Before the first load.
    """
    settings = SnapshotSettings(path=str(tmp_path / "none"))

    assert (False, {"status": "no snapshot"}) == readiness(settings, now=NOW)


def copied(insured, folder):
    """
    The settings file of a copy of an insurer's snapshot, over the same database.
    """
    shutil.copytree(insured.settings.snapshot.path, folder / "snapshot")
    file = folder / "settings.toml"
    file.write_text(insured.file.read_text().replace(insured.settings.snapshot.path, str(folder / "snapshot")))
    return file


def test_it_names_the_fact_that_fails(insured, tmp_path):
    """
    A fact whose last load failed is named with its age, and nothing of why. It is still served, as it was.
    """
    file = copied(insured, tmp_path)
    settings = read_settings(file)
    query = tmp_path / "queries" / "claims.sql"
    shutil.copytree(settings.sources["core"].queries, query.parent)
    query.write_text(query.read_text().replace("from claim", "from claim_that_is_gone", 1))
    file.write_text(file.read_text().replace(str(settings.sources["core"].queries), str(query.parent)))
    refresh(read_settings(file), now=NOW + timedelta(hours=1))
    is_ready, told = readiness(settings.snapshot, now=NOW + timedelta(hours=2))

    assert is_ready
    assert "stale" == told["status"]
    assert ["claims"] == [name for name, fact in told["facts"].items() if fact["wrong"]]
    assert {"age_seconds": 7200, "wrong": "the last load failed"} == told["facts"]["claims"]
    assert "claim_that_is_gone" not in json.dumps(told)


def test_an_unreadable_table_is_named(insured, tmp_path):
    """
    A fact whose files are gone isn't ready, the others are.
    """
    settings = read_settings(copied(insured, tmp_path)).snapshot
    table = Path(settings.path) / "claims"
    for file in [*table.rglob("*.parquet"), *table.rglob("_delta_log/*.json")]:
        file.unlink()
    is_ready, told = readiness(settings, now=NOW)

    assert not is_ready
    assert "unreadable" == told["status"]
    assert {"claims": "it can't be read"} == {
        name: fact["wrong"] for name, fact in told["facts"].items() if fact["wrong"]
    }


AUTH = '[auth]\nredirect_uri = "https://d.example/oauth2callback"\n'


def test_secrets_lie_beside_the_settings_or_here(tmp_path, monkeypatch):
    """
    The settings file's folder wins over the current one.
    """
    there, here = tmp_path / "there", tmp_path / "here"
    for folder in (there, here):
        (folder / ".streamlit").mkdir(parents=True)
    monkeypatch.chdir(here)

    assert secrets_file(there / "settings.toml") is None
    (here / ".streamlit" / "secrets.toml").write_text(AUTH)
    assert here / ".streamlit" / "secrets.toml" == secrets_file(there / "settings.toml")
    (there / ".streamlit" / "secrets.toml").write_text(AUTH)
    assert there / ".streamlit" / "secrets.toml" == secrets_file(there / "settings.toml")


def test_broken_secrets_stop_the_server_without_being_shown(tmp_path):
    """
    Nobody can tell then whether people have to sign in; and what is broken may be the secret itself.
    """
    file = tmp_path / "secrets.toml"
    file.write_text('[auth]\nclient_secret = "hush')

    with pytest.raises(SettingsError, match="isn't TOML") as caught:
        auth_section(file)
    assert "hush" not in str(caught.value)


def test_providers_may_be_sent_forms_to():
    """
    Of one provider and of several.
    """
    auth = {
        "server_metadata_url": "https://one.example/.well-known/openid-configuration",
        "two": {"server_metadata_url": "https://two.example:8443/x"},
    }

    assert ["https://one.example", "https://two.example:8443"] == provider_origins(auth)


def test_all_addresses_need_a_name(tmp_path, monkeypatch):
    """
    Listening everywhere, with everybody let in, still asks by which name.
    """
    monkeypatch.chdir(tmp_path)
    file = write_settings(tmp_path, "sqlite:///x.db")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    with pytest.raises(SettingsError, match="--host"):
        serve(file, port, "0.0.0.0", without_sign_in=True)  # noqa: S104 - it refuses to
