"""
How the README calls the API from other languages, typed in against a real server.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ocstate.host.static import StaticHost

README = Path(__file__).parents[1] / "README.md"
SHOWN_URL = "http://127.0.0.1:8000/index.php"
SERVE = "import sys; from ocstate.cli import main; sys.exit(main())"


def block(language: str, word: str) -> str:
    """
    Return the one block of a language in which a word stands.
    """
    text = README.read_text("utf-8")
    blocks = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    (found,) = [each for each in blocks if word in each]
    return found


def require(program: str) -> str:
    """
    Return where a program is, or skip.
    """
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"{program} is not installed")
    return path


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """
    Let ``ocstate serve`` run beside the tests.
    """
    folder = tmp_path_factory.mktemp("served")
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, "serve", "--port", "0"],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        yield json.loads(server.stdout.readline())["url"]
        server.terminate()
    assert server.returncode == 0


@pytest.fixture
def key() -> str:
    (credential,) = StaticHost.demo().document.api_credentials.values()
    return credential.key


def run(arguments: list[str], folder: Path, url: str, key: str, source: str) -> str:
    """
    Give a program its source, with the address of the server in it.
    """
    done = subprocess.run(
        arguments,
        cwd=folder,
        env={**os.environ, "KEY": key},
        input=source.replace(SHOWN_URL, url),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (0, "") == (done.returncode, done.stderr)
    return done.stdout


def test_curl(url, key, tmp_path):
    """
    What is typed behind ``$`` is answered as it is shown, but for the token.
    """
    require("curl")
    lines = block("console", "curl").splitlines()
    typed = [line[2:] for line in lines if line.startswith("$ ")]
    shown = [json.loads(line) for line in lines if not line.startswith("$ ")]
    script = "\n".join(typed).replace("the key that make serve printed", key)
    script = script.replace("curl ", "curl --silent --show-error --write-out '\\n' ")

    answers = run(["bash"], tmp_path, url, key, script).splitlines()

    answered = [json.loads(answer) for answer in answers if answer]
    assert len(shown) == len(answered) > 2
    assert answered[0].pop("api_token") != shown[0].pop("api_token")
    assert shown == answered


def test_php(url, key, tmp_path):
    """
    The program logs in with a cookie jar and puts a product into the cart.
    """
    php = require("php")
    modules = subprocess.run([php, "-m"], capture_output=True, text=True, check=True)
    if "curl" not in modules.stdout.split():
        pytest.skip("php has no curl")

    answer = run([php], tmp_path, url, key, block("php", "curl_init"))

    assert "[success] => The cart was changed" in answer


def test_javascript(url, key, tmp_path):
    """
    The program logs in and goes on with the token.
    """
    node = require("node")
    arguments = [node, "--input-type=module"]

    answer = run(arguments, tmp_path, url, key, block("js", "fetch"))

    assert "success: 'The cart was changed'" in answer
