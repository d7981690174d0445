"""
Who else on the machine could read or replace a store's files.

All of it is a warning, never an error. Whether a folder is too open is for its owner to
say: a volume that a container gets is often open to everybody, or belongs to a user
number that means nothing inside, and nobody else is there. A store that refused such
places would make people turn the check off.
"""

from __future__ import annotations

import logging
import os
import stat
from pathlib import Path

_log = logging.getLogger(__name__)


def warn_of_strangers(path: Path) -> None:
    """
    Say in the log whether strangers can read *path*, or put something in its place.

    Whoever owns the folder that it is in, or may write there, can do that, unless the
    folder is sticky as ``/tmp`` is. The superuser can do it anyhow.
    """
    if not hasattr(os, "geteuid"):
        return
    try:
        own, folder = path.stat(), path.parent.stat()
    except OSError:
        # Whoever uses the store is told better.
        return
    if own.st_mode & stat.S_IRWXO and not stat.S_ISDIR(own.st_mode):
        _warn("%s is open to everybody on this machine: chmod 600 it", path)
    if stat.S_ISDIR(own.st_mode):
        _warn_of_folder(path, own)
    elif own.st_uid not in {0, os.geteuid()}:
        _warn("%s belongs to another user", path)
    _warn_of_folder(path.parent, folder)


def _warn_of_folder(path: Path, found: os.stat_result) -> None:
    is_sticky = found.st_mode & stat.S_ISVTX
    if found.st_mode & stat.S_IWOTH and not is_sticky:
        _warn("everybody may write in the folder %s: chmod o-w it", path)
    if found.st_uid not in {0, os.geteuid()}:
        _warn("the folder %s belongs to another user", path)


def _warn(message: str, path: Path) -> None:
    _log.warning(message, path)
