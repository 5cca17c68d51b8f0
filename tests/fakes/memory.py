"""Where a run keeps the files that it throws away again: in memory where that has room, for disks are slow."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOM = 2**31
"""Bytes that must be free there."""


def folder_in_memory() -> Path | None:
    """A folder whose files are never on a disk; `None` where there is none with room enough."""
    folder = Path("/dev/shm")  # noqa: S108  whoever writes there makes a folder with a name of its own
    return folder if folder.is_dir() and shutil.disk_usage(folder).free >= ROOM else None
