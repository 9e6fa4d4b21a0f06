"""
A Spark cluster of its own: a master, two workers and a Thrift server, each a process of this machine.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from tests.servers import NotInstalledError

# Two workers with a core and a gigabyte each; they are processes of their own, reached over sockets.
CLUSTER = "local-cluster[2,1,1024]"
SERVER = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"
START_SECONDS = 240
NEEDED = ("pyspark", "pyhive", "thrift_sasl")
OLDEST_JAVA = 17


@dataclass
class Cluster:
    """
    A running cluster. `url` is what settings would name as a source.
    """

    url: str
    java: str
    spark: str
    engine: sa.Engine

    def run(self, *statements: str) -> list[tuple[object, ...]]:
        """
        Run statements as an administrator would; the rows of the last one.
        """
        rows: list[tuple[object, ...]] = []
        with self.engine.connect() as connection:
            for statement in statements:
                result = connection.exec_driver_sql(statement)
                rows = [tuple(row) for row in result] if result.returns_rows else []
        return rows


@contextmanager
def running_cluster(folder: Path) -> Iterator[Cluster]:
    """
    A cluster for the length of a `with` block, with its warehouse in `folder`.

    Raises:
        NotInstalledError: Java 17 or a package is missing, or it doesn't start.
    """
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise NotInstalledError(
            f"Spark is not installed: no {', '.join(missing)}; `make test-spark` installs them"
        )
    java = _java()
    import pyspark

    home = Path(pyspark.__file__).parent
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    own = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        # As many parts as there are cores: the tables are small.
        "spark.sql.shuffle.partitions": "4",
    }
    command = [str(home / "bin" / "spark-submit"), "--class", SERVER, "--master", CLUSTER]
    for name, value in own.items():
        command += ["--conf", f"{name}={value}"]
    command += ["--hiveconf", f"hive.server2.thrift.port={port}", "--hiveconf"]
    command += ["hive.server2.thrift.bind.host=127.0.0.1", "spark-internal"]
    environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"}
    with (folder / "spark.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    url = f"hive://reader@127.0.0.1:{port}/default"
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    try:
        _wait_until_it_answers(port, process, folder / "spark.log")
        yield Cluster(url, java, pyspark.__version__, engine)
    finally:
        engine.dispose()
        # It ends its master and workers itself.
        process.terminate()
        process.wait(timeout=60)


def _java() -> str:
    java = shutil.which("java")
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr if java else ""
    version = re.search(r'version "(\d+)[^"]*"', said)
    if version is None or int(version[1]) < OLDEST_JAVA:
        raise NotInstalledError("Java 17 or newer is not installed (apt-get install openjdk-17-jre-headless)")
    return version[0].removeprefix("version ").strip('"')


def _wait_until_it_answers(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                said = log.read_text(errors="replace")[-500:]
                raise NotInstalledError(f"the cluster did not start: {said}") from error
            time.sleep(1)
        else:
            return
