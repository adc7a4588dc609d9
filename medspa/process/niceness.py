"""How much of the processor is left to pages that somebody waits for."""

import os

# Of the worker, and of the web server that takes what other systems send.
NICENESS = 10


def yield_to_pages() -> None:
    """Come after pages where both want the processor.

    systemd starts its units so, and would end a process that asks for it itself.
    """
    if os.getpriority(os.PRIO_PROCESS, 0) < NICENESS:
        os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
