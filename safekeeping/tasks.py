"""The tasks of procrastinate, which finds this module by its name."""

from safekeeping.backups import periodic as backups  # noqa: F401
from safekeeping.erasure import periodic as erasure  # noqa: F401
from safekeeping.retention import periodic as retention  # noqa: F401
from safekeeping.seals import periodic as seals  # noqa: F401
from safekeeping.upgrade import periodic as upgrade  # noqa: F401
