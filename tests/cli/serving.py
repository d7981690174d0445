"""
``ocstate serve`` as a process of its own, and what it says when it is ready.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from attrs import frozen


@frozen
class Served:
    """
    A server that is ready.
    """

    process: subprocess.Popen[str]
    url: str

    @property
    def port(self) -> int:
        """
        Return the port that it listens on.
        """
        port = urlsplit(self.url).port
        assert port is not None
        return port

    def stop(self, number: int = signal.SIGTERM) -> tuple[str, str]:
        """
        Stop it by a signal, and return all that it printed after it was ready.
        """
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.process.send_signal(number)
        # Not by communicate(), which would miss what the first line's read took along.
        told = self.process.stdout.read(), self.process.stderr.read()
        self.process.wait(timeout=30)
        return told


@contextmanager
def serve(folder: Path, *options: str) -> Iterator[Served]:
    """
    Start ``ocstate serve`` on a free port, with *folder* as its working directory.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "ocstate.cli", "serve", "--port", "0", *options],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline() or "null")
        assert ready, process.communicate()
        assert "ready" == ready["event"]
        yield Served(process, ready["url"])
    finally:
        process.kill()
        process.communicate()
