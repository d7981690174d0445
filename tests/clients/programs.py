"""
What clients run in: PHP, Node and a shell, without a proxy of the machine between.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ocstate.demo import StaticHost

HERE = Path(__file__).parent
CREDENTIAL = next(iter(StaticHost.demo().document.api_credentials.values()))


def run(
    *command: str | Path, folder: Path | None = None, send: str = "", **environ: str
) -> str:
    """
    Run a program that has to succeed without a complaint; return what it printed.
    """
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.lower().endswith("_proxy")
    }
    done = subprocess.run(
        [str(each) for each in command],
        cwd=folder,
        input=send,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**inherited, **environ},
    )
    assert (0, "") == (done.returncode, done.stderr), done.stdout
    return done.stdout


def find_curl() -> str:
    """
    Find curl, or skip the test.
    """
    found = shutil.which("curl")
    if found is None:
        pytest.skip("curl is not installed (Debian: curl)")
    return found


def find_php() -> str:
    """
    Find PHP with cURL, or skip the test.
    """
    found = shutil.which("php")
    if found is None:
        pytest.skip("php is not installed (Debian: php-cli)")
    if "curl" not in run(found, "-m").lower().split():
        pytest.skip("php has no curl (Debian: php-curl)")
    return found


def find_node() -> str:
    """
    Find Node, with axios beside this file, or skip the test.
    """
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is not installed (Debian: nodejs)")
    if not (HERE / "node_modules" / "axios").is_dir():
        pytest.skip("axios is not installed (npm ci --prefix tests/clients)")
    return found


def find_bundler() -> Path:
    """
    Find esbuild beside this file, or skip the test.
    """
    found = HERE / "node_modules" / "esbuild" / "bin" / "esbuild"
    if not found.is_file():
        pytest.skip("esbuild is not installed (npm ci --prefix tests/clients)")
    return found
