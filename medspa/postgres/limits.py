"""How long the database lets a connection wait, work and sit in a transaction.

Without limits one forgotten lock blocks every thread that wants its row. The numbers
differ by what the process is for. Options in DATABASE_URL come after them and win:
`?options=-c%20lock_timeout=10s`.

Nothing here imports Django: settings.py asks for the options.
"""

from collections.abc import Sequence
from dataclasses import dataclass

# A page waits no longer for a connection of the pool, or for a new one.
POOL_WAIT_SECONDS = 5
CONNECT_SECONDS = 5
# A page that can't have the replica at once is answered by the primary.
REPLICA_WAIT_SECONDS = 1
# Left alone, psycopg_pool doubles the time between two attempts for five minutes, and
# a server that is back after one minute stays unknown for another.
RECONNECT_SECONDS = 0.5


@dataclass(frozen=True)
class Limits:
    """Seconds; 0 is without limit.

    `lock`: waiting for one lock. `statement`: one statement. `idle`: a transaction in
    which nothing is asked.
    """

    lock: int
    statement: int
    idle: int

    @property
    def options(self) -> str:
        """As libpq's `options` take them."""
        return (
            f"-c lock_timeout={self.lock}s -c statement_timeout={self.statement}s "
            f"-c idle_in_transaction_session_timeout={self.idle}s"
        )


# A person waits for the answer, and the thread serves nobody else meanwhile. A download
# holds its transaction while a slow client reads, so `idle` is longer.
WEB = Limits(lock=3, statement=30, idle=60)
# A job that gives up on a lock is tried again, and its statements work on whole months.
WORKER = Limits(lock=10, statement=600, idle=120)
# While a migration waits for a lock, everybody else waits behind it: it fails early and
# is run again. An index of a big table takes as long as it takes.
MIGRATIONS = Limits(lock=5, statement=0, idle=600)
# What a person starts by hand and watches.
COMMANDS = Limits(lock=60, statement=0, idle=600)

LIMITS_OF_COMMANDS = {
    "migrate": MIGRATIONS,
    "upgrade": MIGRATIONS,
    "worker": WORKER,
    "runserver": WEB,
}


def limits_of(arguments: Sequence[str], *, is_testing: bool = False) -> Limits:
    """The limits of a process by its command line."""
    if is_testing:
        return COMMANDS
    command = command_of(arguments)
    return WEB if command is None else LIMITS_OF_COMMANDS.get(command, COMMANDS)


def command_of(arguments: Sequence[str]) -> str | None:
    """The command of manage.py that runs; None in a process that serves pages."""
    program = arguments[0].rsplit("/", 1)[-1] if arguments else ""
    if program not in ("manage.py", "django-admin"):
        return None
    return arguments[1] if len(arguments) > 1 else ""


def server_options(limits: Limits, from_url: str = "") -> str:
    """What each connection sets at its start; the last word is the URL's."""
    # JIT compiles for longer than our short queries run.
    return f"-c jit=off {limits.options} {from_url}".strip()
