"""How gunicorn serves: `gunicorn -c deploy/gunicorn.conf.py medspa.wsgi`.

A proxy that buffers (deploy/nginx.conf) stands in front. This configuration survives
without one: a connection on which nothing is sent takes no thread, and one that stops
in the middle of a request loses its thread after READ_SECONDS.
"""

import os
import selectors
from functools import partial

from gunicorn.workers.gthread import TConn, ThreadWorker

READ_SECONDS = float(os.environ.get("GUNICORN_READ_SECONDS", "5"))


class PatientConnection(TConn):
    """Reading and writing wait so long for the other side, and no longer."""

    def init(self) -> None:
        super().init()
        self.sock.settimeout(READ_SECONDS)


class PatientWorker(ThreadWorker):
    """A new connection waits for its first byte beside the threads, not in one."""

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


bind = os.environ.get("GUNICORN_BIND", "127.0.0.1:8000")
worker_class = PatientWorker
workers = int(os.environ.get("GUNICORN_WORKERS", "2"))
# One database connection each: DB_POOL_SIZE is 8.
threads = 8
worker_connections = 1000
backlog = 512
# The proxy keeps its connections; an idle one without a request ends.
keepalive = 15
# A worker that shows no life is replaced; its threads' statements end before.
timeout = 60
graceful_timeout = 30
# Memory that pages leave behind goes with the worker.
max_requests = 5000
max_requests_jitter = 500
# Addresses of requests may hold a search; nothing is logged per request.
accesslog = None
