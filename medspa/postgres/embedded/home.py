"""Where the server's data is, and as which user of the computer it runs."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from medspa.postgres.embedded import programs
from medspa.postgres.embedded.errors import EmbeddedPostgresError
from medspa.postgres.embedded.postmaster import Postmaster
from medspa.postgres.embedded.programs import Account

OUTSIDE = Path("/var/lib/medspa-growth-hub")


@dataclass(frozen=True)
class Home:
    """A folder that the server's account can enter, with what is needed to run it."""

    folder: Path
    programs: Path
    account: Account | None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def postmaster(self) -> Postmaster:
        return Postmaster(self.data)

    def run(
        self,
        program: str,
        *arguments: str | Path,
        text: str | None = None,
        pass_fds: Sequence[int] = (),
    ) -> subprocess.CompletedProcess[str]:
        command = [self.programs / "bin" / program, *arguments]
        return programs.run(command, self.account, text=text, pass_fds=pass_fds)

    def chown(self, path: Path) -> None:
        if self.account:
            self.account.chown(path)

    def chown_all(self, folder: Path) -> None:
        if self.account:
            _chown_all(folder, self.account)


def outside_of(home_id: str) -> Path:
    return OUTSIDE / home_id


def data_folder(folder: Path, home_id: str) -> Path | None:
    """The data that exists, in `folder` or outside the checkout; None before any."""
    for home in (folder, outside_of(home_id)):
        if (home / "data").is_dir():
            return home / "data"
    return None


def resolve(folder: Path, home_id: str, postgres: Path | None = None) -> Home:
    """The home to start the server in.

    Where there is data already; otherwise `folder`, or a folder outside the checkout if
    the server's account can't enter `folder`. `postgres` are other programs than the
    wheel's, which any account can run.
    """
    data = data_folder(folder, home_id)
    account = _account_for(data)
    outside = outside_of(home_id)
    if account is None or (data or folder).is_relative_to(folder):
        home = Home(folder, postgres or programs.installed(), account)
        if account is None or _can_enter(account, home):
            return home
        if data is not None:
            raise EmbeddedPostgresError(
                f"The database in {data} runs as an ordinary user, who cannot get "
                "there any more. Let others enter the folders above it (chmod o+x), "
                f"or move it to {outside / 'data'}."
            )
    return _move_outside(outside, account, folder, postgres)


def _account_for(data: Path | None) -> Account | None:
    """Whose account the server runs under; None for our own.

    PostgreSQL refuses to run as root, so root uses the account that owns the data, or
    `nobody`.
    """
    if os.geteuid() != 0:
        return None
    user = data.stat().st_uid if data else 0
    try:
        entry = pwd.getpwuid(user) if user else pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedPostgresError(
            f"PostgreSQL does not run as root, and the owner of {data or 'nothing'} "
            "has no account here. Run this as an ordinary user, or set DATABASE_URL."
        ) from None
    account = Account(entry.pw_uid, entry.pw_gid)
    if data and not user:
        _chown_all(data, account)  # copied here by root
    return account


def _chown_all(data: Path, account: Account) -> None:
    account.chown(data)
    for path in data.rglob("*"):
        account.chown(path)


def _can_enter(account: Account, home: Home) -> bool:
    """Tried out, since mode bits say nothing of access lists and mount options."""
    script = 'cd "$0" && exec "$1" --version'
    try:
        attempt = programs.run(
            ["/bin/sh", "-c", script, home.folder, home.programs / "bin" / "postgres"],
            account,
        )
    except OSError:
        return False
    return attempt.returncode == 0


def _move_outside(
    outside: Path, account: Account | None, folder: Path, postgres: Path | None
) -> Home:
    for path in (OUTSIDE, outside):
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o755)
    # So that a person who finds this folder knows whose it is.
    (outside / "belongs_to").write_text(f"{folder}\n")
    return Home(outside, postgres or programs.copy_to(outside), account)
