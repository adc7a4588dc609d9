"""Handing the script that pg_restore writes to psql."""

import shutil
from typing import IO

# The script begins with it, so that no name can mean something else.
NO_SEARCH_PATH = b"pg_catalog.set_config('search_path', '', false)"
OUR_SEARCH_PATH = b"pg_catalog.set_config('search_path', 'public', false)"
HEAD_BYTES = 1 << 16


def copy_script(source: IO[bytes], target: IO[bytes]) -> None:
    """Copy a script of pg_restore, with our schema in its search path.

    Checks of versions before leads 0060 and kpis 0032 call functions without naming
    their schema: without a search path no activity and no event could be loaded.
    """
    head = source.read(HEAD_BYTES)
    target.write(head.replace(NO_SEARCH_PATH, OUR_SEARCH_PATH, 1))
    shutil.copyfileobj(source, target)
