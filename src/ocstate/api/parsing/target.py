"""
Which requests are calls: the script that a path names, as a web server for PHP has it.
"""

from __future__ import annotations

import re

from ocstate.http.request import Request

_SCRIPT = "index.php"

# Clients of proxies send their targets whole (RFC 9112 section 3.2.2).
_ORIGIN = re.compile(r"\Ahttps?://[^/]*", re.ASCII | re.IGNORECASE)


def names_script(request: Request) -> bool:
    """
    Tell whether the path of *request* is the one of ``index.php``.

    That is the folder or the script in it, whatever follows the script as path info:
    axios puts a slash between its base and the query. Doubled slashes and dots are
    resolved as web servers do. PHP's own development server would run the script for
    paths that nobody has, too; those are not found here.
    """
    if request.mount.rstrip("/").endswith(f"/{_SCRIPT}"):
        return True
    steps: list[str] = []
    for step in _ORIGIN.sub("", request.path).split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    return steps[:1] in ([], [_SCRIPT])
