"""The act of restoring: plan, fetch, start, replay."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safekeeping.backups.making.programs import Heartbeat, nothing
from safekeeping.backups.restoring.fetching import fetch_chain, fetch_log
from safekeeping.backups.restoring.loading import load_export
from safekeeping.backups.restoring.plan import RestorePlan
from safekeeping.backups.restoring.scratch import UNSAFE, ScratchServer, new_scratch
from safekeeping.backups.storage.config import BackupConfig
from safekeeping.backups.storage.destinations import Destination
from safekeeping.backups.storage.manifest import LOGICAL


@dataclass(frozen=True)
class Restored:
    """A running scratch server that holds the database as of a moment."""

    server: ScratchServer
    plan: RestorePlan
    seconds: float


def restore(
    config: BackupConfig,
    place: Destination,
    plan: RestorePlan,
    identities: list[Any],
    public_key: str,
    *,
    is_kept: bool = False,
    heartbeat: Heartbeat = nothing,
) -> Restored:
    """Bring the plan's moment back in a scratch server.

    `is_kept`: its data is to be used on; else it is written without care for power
    cuts, which is faster.
    """
    began = time.monotonic()
    server = new_scratch(config, plan.chain[-1].server_version)
    try:
        if plan.chain[-1].kind == LOGICAL:
            load_export(place, plan.chain[-1], identities, server, is_kept=is_kept)
        else:
            _replay(place, plan, identities, public_key, server, is_kept, heartbeat)
    except BaseException:
        server.remove()
        raise
    return Restored(server, plan, time.monotonic() - began)


def _replay(
    place: Destination,
    plan: RestorePlan,
    identities: list[Any],
    public_key: str,
    server: ScratchServer,
    is_kept: bool,
    heartbeat: Heartbeat,
) -> None:
    fetch_chain(place, plan.chain, identities, server.folder, server.tools, heartbeat)
    names = plan.segments
    fetch_log(place, names, public_key, identities, server.folder / "wal", heartbeat)
    own = server.data / "postgresql.auto.conf"
    if own.exists():
        own.rename(server.folder / own.name)
    own.touch()
    server.recover(_goal(plan.target) | ({} if is_kept else UNSAFE))


def _goal(target: datetime | None) -> dict[str, str]:
    return {"recovery_target_time": target.isoformat()} if target else {}
