"""The embedded server's address, role and password."""

import hashlib
import json
import os
import secrets
import socket
from dataclasses import asdict, dataclass
from pathlib import Path

HOST = "127.0.0.1"
ROLE = DATABASE = "medspa"
# Below 32768, where Linux begins to hand out ports for outgoing connections.
PORTS = range(20_000, 30_000)


@dataclass(frozen=True)
class Connection:
    """The content of connection.json."""

    port: int
    password: str
    # Names the folder outside the checkout that data may have to live in.
    home_id: str

    @property
    def url(self) -> str:
        return f"postgres://{ROLE}:{self.password}@{HOST}:{self.port}/{DATABASE}"

    @property
    def digest(self) -> str:
        """Tells whether a password is the same one (it has 256 random bits)."""
        return hashlib.sha256(self.password.encode()).hexdigest()


def load_or_create(folder: Path) -> Connection:
    """The connection stored in `folder`; the first call creates it.

    Two first calls at once get the same one: the file appears complete or not at all.
    """
    path = folder / "connection.json"
    if (connection := _load(path)) is not None:
        return connection
    make_folder(folder)
    connection = Connection(
        port=free_port(folder),
        password=secrets.token_urlsafe(32),
        home_id=secrets.token_hex(8),
    )
    draft = _write_draft(folder, connection)
    try:
        os.link(draft, path)
    except FileExistsError:
        # Another process was first, and its connection counts; but a power cut may
        # have left a file that nobody can read.
        if _load(path) is None:
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return _load(path) or connection


def save(folder: Path, connection: Connection) -> None:
    _write_draft(folder, connection).replace(folder / "connection.json")


def make_folder(folder: Path) -> None:
    """Make `folder`. If root makes it, the server's account must be able to enter."""
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)


def free_port(folder: Path) -> int:
    """A free port, the same at each call if possible.

    The search begins at a number that follows from the folder's path, so that two
    checkouts on one computer don't choose the same port while neither is running.
    """
    start = int(hashlib.sha256(os.fsencode(folder)).hexdigest(), 16) % len(PORTS)
    for step in range(len(PORTS)):
        port = PORTS[(start + step) % len(PORTS)]
        if is_free(port):
            return port
    raise OSError("no port between 20000 and 29999 is free")


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the server does: a connection that is still closing is no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _load(path: Path) -> Connection | None:
    try:
        return Connection(**json.loads(path.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _write_draft(folder: Path, connection: Connection) -> Path:
    draft = folder / f".connection.{os.getpid()}.{secrets.token_hex(4)}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        json.dump(asdict(connection), file)
        file.flush()
        os.fsync(file.fileno())
    return draft
