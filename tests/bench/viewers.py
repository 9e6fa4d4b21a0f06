"""
How long many viewers wait who change filters at once, over real websockets: on one process, on two behind nginx.

Every walk is fixed: who opens which page, and what they choose when, are the same in each run. What is measured is
the server's part, from the choice until the last word of the page is there; a browser draws besides.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.measure import Line, process_at
from tests.bench.pages import settings_of
from tests.bench.workshop import Workshop
from tests.browser.conftest import free_port, serving
from tests.servers import NotInstalledError
from tests.visitor import Visitor

CROWDS = (10, 50, 100)
PAGES = (
    *("overview", "complaint-timeliness", "complaint-deadlines", "complaint-causes"),
    *("claim-cycle", "automation", "renewal-trends", "renewals-at-risk"),
)
DIMENSIONS = ("Branch", "Product line", "Channel")
# Each looks at what they see for so long before they choose again, and chooses so often.
LOOKS_SECONDS, CHOICES = 20.0, 6
BUDGET_MS = 1_500


@dataclass
class Crowd:
    """
    What a number of viewers went through.

    Attributes:
        opened: Seconds each waited for their page.
        changed: Seconds of every change of a filter.
        faults: What went wrong on a page.
        memory_mb: What the process held when all had made their last choice, and what it had held before.
    """

    opened: list[float] = field(default_factory=list)
    changed: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    memory_mb: tuple[float, float] = (0.0, 0.0)

    def quantile(self, share: float) -> float:
        """
        Within which time, in milliseconds, that share of the changes was answered.
        """
        return 1000 * sorted(self.changed)[min(int(share * len(self.changed)), len(self.changed) - 1)]


def viewers(workshop: Workshop) -> Iterator[Line]:
    """
    Ten, fifty and a hundred viewers on one process over the demo; then fifty on two processes.
    """
    settings = settings_of(workshop.folder / "viewers.toml", Path(workshop.loaded_demo.settings.snapshot.path))
    for number in CROWDS:
        with serving(settings, workshop.folder / f"viewers{number}.log") as address:
            asyncio.run(_first_visitor(address))
            crowd = asyncio.run(_gathered(address, number))
        after, before = crowd.memory_mb
        yield from _lines(f"{number} viewers, one process", crowd, BUDGET_MS if number <= 50 else None)
        yield Line(f"{number} viewers, one process: memory for each", "MB", None, (after - before) / number)
    if shutil.which("nginx") is None:
        raise NotInstalledError("nginx is not installed (Debian: apt-get install nginx-light)")
    with ExitStack() as stack:
        logs = (workshop.folder / f"replica{number}.log" for number in range(2))
        replicas = [stack.enter_context(serving(settings, log)) for log in logs]
        for each in replicas:
            asyncio.run(_first_visitor(each))
        address = stack.enter_context(balanced(replicas, workshop.folder / "nginx"))
        yield from _lines("50 viewers, two processes behind nginx", asyncio.run(_gathered(address, 50)), BUDGET_MS)


@contextmanager
def balanced(replicas: Sequence[str], folder: Path) -> Iterator[str]:
    """
    An nginx that keeps each viewer at one of the replicas by a cookie, as README shows it; stopped by its id.
    """
    folder.mkdir()
    port = free_port()
    servers = "\n".join(f"server {each.removeprefix('http://')};" for each in replicas)
    (folder / "nginx.conf").write_text(CONFIGURATION.format(folder=folder, port=port, servers=servers))
    process = subprocess.Popen(
        ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"],
        stderr=subprocess.DEVNULL,
    )
    try:
        time.sleep(1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


CONFIGURATION = """
error_log {folder}/error.log;
pid {folder}/pid;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    map $http_upgrade $connection_upgrade {{ default upgrade; '' close; }}
    map $cookie_replica $replica {{ default $cookie_replica; '' $request_id; }}
    upstream dashboard {{ hash $replica consistent; {servers} }}
    server {{
        listen 127.0.0.1:{port};
        add_header Set-Cookie "replica=$replica; Path=/; HttpOnly; SameSite=Lax";
        location / {{
            proxy_pass http://dashboard;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_set_header Host 127.0.0.1;
            proxy_read_timeout 1h;
            proxy_buffering off;
        }}
    }}
}}
"""


async def _first_visitor(address: str) -> None:
    """
    Somebody has been on every page before: the first of a new version is measured elsewhere.
    """
    async with Visitor(address) as visitor:
        for page in PAGES:
            await visitor.open(_path(page))


async def _gathered(address: str, number: int) -> Crowd:
    crowd, before = Crowd(), _memory_mb(address)
    done, measured = asyncio.Barrier(number + 1), asyncio.Event()
    # They come one after the other and then choose in turn, not all in the same instant.
    waits = (LOOKS_SECONDS * each / number for each in range(number))
    walks = [
        asyncio.create_task(_walk(address, each, wait, crowd, done, measured)) for each, wait in enumerate(waits)
    ]
    await done.wait()
    crowd.memory_mb = (_memory_mb(address), before)
    measured.set()
    await asyncio.gather(*walks)
    return crowd


async def _walk(
    address: str, number: int, wait: float, crowd: Crowd, done: asyncio.Barrier, measured: asyncio.Event
) -> None:
    await asyncio.sleep(wait)
    async with Visitor(address, cookie=f"replica=viewer{number}") as visitor:
        crowd.opened.append(await visitor.open(_path(PAGES[number % len(PAGES)])))
        for step in range(CHOICES):
            await asyncio.sleep(LOOKS_SECONDS)
            label = DIMENSIONS[(number + step) % len(DIMENSIONS)]
            offered = list(visitor.choices[label].options)
            chosen = offered[(7 * number + 3 * step) % len(offered)]
            crowd.changed.append(await visitor.choose(label, [chosen]))
        crowd.faults += visitor.faults
        await done.wait()
        await measured.wait()


def _path(page: str) -> str:
    # The first page of a role has no address of its own.
    return "" if page == PAGES[0] else page


def _lines(who: str, crowd: Crowd, budget: float | None) -> Iterator[Line]:
    again = f"{len(crowd.changed)} changes, {len(crowd.faults)} errors"
    if crowd.faults:
        raise SystemExit(f"{who}: " + "\n".join(crowd.faults[:5]))
    yield Line(f"{who}: a filter change, median", "ms", None, crowd.quantile(0.5), against=again)
    yield Line(f"{who}: a filter change, 95 of 100 within", "ms", budget, crowd.quantile(0.95), against=again)
    yield Line(f"{who}: a page opened, the slowest", "s", None, max(crowd.opened))


def _memory_mb(address: str) -> float:
    """
    What the process behind an address holds in memory.
    """
    status = Path(f"/proc/{process_at(address)}/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
