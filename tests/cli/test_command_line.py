"""
What is typed wrongly is said in one sentence.
"""

from __future__ import annotations

import sys
from importlib.metadata import version

import pytest

from ocstate.cli import main


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ([], "the following arguments are required: COMMAND; see ocstate --help"),
        (["dance"], "'dance'"),
        (["serve", "--port", "x"], "--port: 'x' is no port (0 to 65535); see ocstate "),
        (["serve", "--port", "65536"], "no port"),
        (["serve", "--port", "-1"], "--port"),
        (["serve", "--port", "\u0663"], "no port"),
        (["serve", "--profile", "modern"], "'modern'"),
        (["serve", "--store", "redis://user:secret@x"], "no store for redis://"),
        (["serve", "--store", "shop.db"], "URL"),
        (["serve", "--host-data", "/none.json"], "/none.json"),
        (["serve", "more"], "unrecognized arguments: more"),
        (["demo", "--yaml"], "unrecognized arguments: --yaml"),
    ],
)
def test_a_misuse_is_one_sentence(typed, sentence, capsys, tmp_path, monkeypatch):
    """
    It goes to the standard error, names what is wrong, and the status is 2.
    """
    monkeypatch.chdir(tmp_path)

    assert 2 == main(typed)

    out, err = capsys.readouterr()
    assert "" == out
    assert err.startswith("ocstate: ")
    assert err.count("\n") == 1
    assert sentence in err
    assert "secret" not in err


@pytest.mark.parametrize(
    ("package", "module", "typed"),
    [
        ("uvicorn", "ocstate.cli.serving", ["serve"]),
        ("rich", "ocstate.cli.tables", ["demo"]),
    ],
)
def test_a_missing_extra_is_one_sentence(package, module, typed, capsys, monkeypatch):
    """
    It names what to install.
    """
    for name in [each for each in sys.modules if each.startswith(f"{package}.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, package, None)

    assert 2 == main(typed)
    told = capsys.readouterr().err
    assert told.startswith(f"ocstate: this command needs {package}; ")
    assert 'cloned ocstate: pip install ".[cli]", else: ' in told
    assert told.endswith(': pip install "ocstate[cli]"\n')


def test_another_missing_module_is_a_fault(monkeypatch):
    """
    What no extra brings is not explained away.
    """
    monkeypatch.delitem(sys.modules, "ocstate.cli.serving", raising=False)
    monkeypatch.setitem(sys.modules, "ocstate.cli.serving", None)

    with pytest.raises(ModuleNotFoundError):
        main(["serve"])


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (["--version"], version("ocstate")),
        (["--help"], "demo"),
        (["demo", "--help"], "--json"),
        (["serve", "--help"], "sqlite:///ocstate.db"),
    ],
)
def test_help_and_version_are_shown(typed, shown, capsys):
    """
    They are no misuse.
    """
    with pytest.raises(SystemExit) as caught:
        main(typed)

    assert 0 == caught.value.code
    assert shown in capsys.readouterr().out
