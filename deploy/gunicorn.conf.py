"""How gunicorn serves: `gunicorn -c deploy/gunicorn.conf.py medspa.wsgi`.

A proxy that buffers (deploy/Caddyfile) stands in front. This configuration survives
without one: a connection on which nothing is sent takes no thread, one that stops in
the middle of a request loses its thread after READ_SECONDS, and one that stays open
after its answer is closed after LINGER_SECONDS.
"""

import os
import selectors
import socket
import time
from collections import deque
from functools import partial

from gunicorn.workers.gthread import TConn, ThreadWorker

from medspa.logs.configuration import logging_from_environment
from medspa.process.niceness import yield_to_pages

# The receiver (deploy/entrypoint-receiver): a flood of what other systems send takes no
# thread and little of the processor from pages.
IS_RECEIVER = os.environ.get("MEDSPA_RECEIVER") == "on"
READ_SECONDS = float(os.environ.get("GUNICORN_READ_SECONDS", "5"))
LINGER_SECONDS = 2
LINGER_BYTES = 65536


class PatientConnection(TConn):
    """Reading and writing wait so long for the other side, and no longer."""

    def init(self) -> None:
        super().init()
        self.sock.settimeout(READ_SECONDS)


class PatientWorker(ThreadWorker):
    """Connections wait for their first byte and for their end beside the threads.

    gunicorn's own worker waits for the end in the thread that accepts connections: two
    seconds for each client that doesn't close, in which nobody else comes in.
    """

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.lingering = deque()

    def accept(self, listener) -> None:
        try:
            client, address = listener.accept()
        except OSError:
            return  # another worker was faster, or the client has gone
        self.nr_conns += 1
        connection = PatientConnection(
            self.cfg, client, address, listener.getsockname()
        )
        connection.set_timeout()
        self.pending_conns.append(connection)
        self.poller.register(
            connection.sock,
            selectors.EVENT_READ,
            partial(self.on_pending_socket_readable, connection),
        )

    def finish_request(self, conn, fs) -> None:
        if fs.cancelled() or fs.exception() or fs.result():
            super().finish_request(conn, fs)
        else:
            self.linger(conn)

    def linger(self, conn) -> None:
        """Until the client has read its answer and closes, or for LINGER_SECONDS."""
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.setblocking(False)
        except OSError:
            self.nr_conns -= 1
            conn.close()
            return
        conn.timeout = time.monotonic() + LINGER_SECONDS
        conn.unread = LINGER_BYTES
        self.lingering.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.drain, conn))

    def drain(self, conn, client) -> None:
        try:
            received = len(client.recv(4096))
        except BlockingIOError:
            return
        except OSError:
            received = 0
        conn.unread -= received
        if not received or conn.unread <= 0:
            self.end(conn)

    def end(self, conn) -> None:
        self.lingering.remove(conn)
        self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        super().murder_pending()
        while self.lingering and self.lingering[0].timeout <= time.monotonic():
            self.end(self.lingering[0])


def when_ready(server) -> None:
    """The app is loaded, and no worker is there yet."""
    from django.apps import apps

    if apps.ready:
        from medspa.process.forking import prepare_to_fork

        prepare_to_fork()


def post_fork(server, worker) -> None:
    if IS_RECEIVER:
        yield_to_pages()


def post_worker_init(worker) -> None:
    """The first worker of pages tells how the owner of an empty site is made."""
    from django.apps import apps

    if worker.age == 1 and not IS_RECEIVER and apps.ready:
        from medspa.setup.announcing import announce_owner_link

        announce_owner_link()


if IS_RECEIVER:
    bind = os.environ.get("GUNICORN_RECEIVER_BIND", "127.0.0.1:8001")
else:
    bind = os.environ.get("GUNICORN_BIND", "127.0.0.1:8000")
worker_class = PatientWorker
workers = 1 if IS_RECEIVER else int(os.environ.get("GUNICORN_WORKERS", "2"))
# One database connection each: DB_POOL_SIZE is 8.
threads = 8
worker_connections = 1000
backlog = 512
# The proxy keeps its connections; an idle one without a request ends.
keepalive = 15
# A worker that shows no life is replaced; its threads' statements end before.
timeout = 60
graceful_timeout = 30
# Memory that pages leave behind goes with the worker. Deliveries leave none, and nobody
# takes them while the receiver's only worker starts.
max_requests = 0 if IS_RECEIVER else 5000
max_requests_jitter = 500
# Workers share the memory of what is loaded before they are forked, and start at once.
preload_app = True
# It needs no folder of its own to write to.
worker_tmp_dir = "/dev/shm"  # noqa: S108 (gunicorn makes a file of its own there)
control_socket_disable = True
# The app writes a line for each request itself, without the query string, which may
# hold a search.
accesslog = None
# gunicorn's own lines look like the app's.
logconfig_dict = logging_from_environment()
