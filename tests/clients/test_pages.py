"""
The documentation's examples in PHP, JavaScript and curl, as their readers run them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from tests.cli.serving import Served, serve
from tests.clients.programs import CREDENTIAL, HERE, find_curl, find_node, find_php, run

ROOT = HERE.parents[1]
PAGE = ROOT / "docs/howto/call-the-api.md"

# Where the documentation's server listens, and what stands for its key.
PLACE = "http://127.0.0.1:8000/"
KEY = re.compile(r"KEY='[^']*'")


def blocks(language: str) -> list[str]:
    """
    Return the page's examples in one language.
    """
    fence = rf"^```{language}\n(.*?)^```$"
    return re.findall(fence, PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("shop")) as served:
        yield served


def here(source: str, served: Served) -> str:
    """
    Let an example call the server of this test.
    """
    assert PLACE in source
    return source.replace(PLACE, served.url.removesuffix("index.php"))


def test_php_runs(served, tmp_path):
    """
    The example logs in, puts something into the cart, and prints success.
    """
    php = find_php()
    (source,) = blocks("php")
    (tmp_path / "example.php").write_text(here(source, served))

    printed = run(php, "example.php", folder=tmp_path, KEY=CREDENTIAL.key)

    assert "The cart was changed" in printed


@pytest.mark.parametrize("source", blocks("js"), ids=["fetch", "axios"])
def test_javascript_runs(source, served, tmp_path):
    """
    The example logs in, puts something into the cart, and prints success.
    """
    node = find_node()
    (tmp_path / "example.mjs").write_text(here(source, served))
    (tmp_path / "node_modules").symlink_to(HERE / "node_modules")

    printed = run(node, "example.mjs", folder=tmp_path, KEY=CREDENTIAL.key)

    assert "The cart was changed" in printed


def test_curl_prints_what_is_shown(served, tmp_path):
    """
    Typed one after the other, the commands print what the page shows below them.
    """
    find_curl()
    (session,) = blocks("console")
    session = KEY.sub(f"KEY='{CREDENTIAL.key}'", here(session, served))
    commands, shown = [], []
    for typed in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]:
        command, _, answer = typed.partition("\n")
        # Without a terminal curl would show its progress.
        commands.append(re.sub(r"^curl (?!-s )", "curl -s ", command))
        shown.append(answer.strip())

    printed = run(
        "bash", "-e", folder=tmp_path, send="; echo '\n@'\n".join([*commands, ""])
    )
    answers = [each.strip() for each in printed.split("@\n")[:-1]]

    assert [plain(each) for each in shown] == [plain(each) for each in answers]


def plain(answer: str) -> object:
    """
    Read an answer, but for the token, which is another one each time.
    """
    if not answer:
        return None
    content = json.loads(answer)
    if "api_token" in content:
        content["api_token"] = len(content["api_token"])
    return content
