"""
What stands around Streamlit: headers that browsers obey, closed doors, and two addresses for whoever watches over
the server.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.errors import SnapshotError
from dashboard.settings import SnapshotSettings
from dashboard.snapshot import Snapshot, Version

log = logging.getLogger(__name__)

# Streamlit's stylesheets are made in the browser. Its tables and charts need no `eval`, and nothing comes from
# elsewhere.
_POLICY: Final = {
    "default-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "frame-src": "'none'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
    "base-uri": "'self'",
}
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
# Streamlit shows it to anybody: sessions, caches, memory.
_CLOSED: Final = "/_stcore/metrics"
_INLINE: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def middleware(hosts: Sequence[str], providers: Sequence[str]) -> list[Middleware]:
    """
    What every request passes, the first one first.

    Args:
        hosts: Names by which the server lets itself be called; `*.acme.example` for all below.
        providers: Origins of the providers of identities.
    """
    return [
        Middleware(Headers, providers=providers),
        Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
    ]


def routes(settings: SnapshotSettings) -> list[Route]:
    """
    `/healthz`: the process lives. `/readyz`: it has something to show; and which facts are not as their source has
    them.
    """

    def alive(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("ok")

    def ready(_request: Request) -> JSONResponse:
        is_ready, told = readiness(settings, now=datetime.now(UTC))
        return JSONResponse(told, status_code=200 if is_ready else 503)

    return [Route("/healthz", alive), Route("/readyz", ready)]


def readiness(settings: SnapshotSettings, *, now: datetime) -> tuple[bool, dict[str, Any]]:
    """
    Whether the newest version can be read, and which facts' last load failed.

    A failed load leaves the last good one to be shown, and all replicas show the same: one that called itself not
    ready would be taken out of service by its balancer, and so would all the others at once.

    Args:
        settings: Which snapshot.
        now: To tell ages.

    Returns:
        Whether it can, and what a watcher may know without sign-in: `status` (ready, stale, no snapshot,
        unreadable), the `version`, and by fact its `age_seconds` since the last good load (null: none) and what is
        `wrong` (null: nothing). No names of hosts, no SQL, no counts.
    """
    snapshot = Snapshot(settings)
    try:
        version = snapshot.current() if snapshot.versions() else None
    except SnapshotError:
        log.exception("the snapshot can't be read")
        return False, {"status": "unreadable"}
    if version is None:
        return False, {"status": "no snapshot"}
    facts = {}
    can_be_read = True
    for name, state in sorted(version.facts.items()):
        age = None if state.refreshed_at is None else round((now - state.refreshed_at).total_seconds())
        wrong = "the last load failed" if state.error else None
        if state.refreshed_at is not None and not _can_be_read(version, name):
            wrong, can_be_read = "it can't be read", False
        facts[name] = {"age_seconds": age, "wrong": wrong}
    status = "stale" if any(fact["wrong"] for fact in facts.values()) else "ready"
    return can_be_read, {
        "status": status if can_be_read else "unreadable",
        "version": version.id,
        "facts": facts,
    }


def _can_be_read(version: Version, fact: str) -> bool:
    try:
        version.scan(fact).head(1).collect()
    except Exception:
        # Whatever a store of objects may raise.
        log.exception("the fact %s can't be read", fact)
        return False
    return True


def _inline_scripts() -> list[str]:
    """
    The digests by which the policy knows the scripts written into Streamlit's own page.
    """
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    digests = [hashlib.sha256(script.encode()).digest() for script in _INLINE.findall(page)]
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


class Headers:
    """
    Puts the headers on every answer, and answers for what is closed.
    """

    def __init__(self, app: ASGIApp, *, providers: Sequence[str]) -> None:
        self.app = app
        policy = {
            **_POLICY,
            "script-src": " ".join(["'self'", *_inline_scripts()]),
            "form-action": " ".join(["'self'", *providers]),
        }
        said = "; ".join(f"{name} {value}" for name, value in policy.items())
        self.headers = {**_HEADERS, "Content-Security-Policy": said}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        Serve one request or one web socket.
        """

        async def with_headers(message: Message) -> None:
            if message["type"] in {"http.response.start", "websocket.accept", "websocket.http.response.start"}:
                MutableHeaders(scope=message).update(self.headers)
            await send(message)

        if scope["type"] == "http" and scope["path"].rstrip("/").endswith(_CLOSED):
            await PlainTextResponse("Not found", status_code=404)(scope, receive, with_headers)
        else:
            await self.app(scope, receive, with_headers)
