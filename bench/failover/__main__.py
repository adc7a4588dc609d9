"""`python -m bench.failover --kills 3`: the leader of two databases is killed.

With the configuration of deploy/ha, on this computer's loopback. It needs etcd
(`apt-get install etcd-server`) and the packages for development. Ends with 1 when an
acknowledged commit is lost or writing takes longer than 30 seconds to go on.
"""

import argparse
import shutil
import sys
from pathlib import Path

from bench.failover.cluster import cluster
from bench.failover.drill import LEDGER, Outcome, Writers, drill, prepare
from bench.scratch_server import scratch_home

LONGEST_PAUSE = 30


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.failover", description=__doc__
    )
    parser.add_argument("--kills", type=int, default=1)
    kills = parser.parse_args().kills
    etcd = shutil.which("etcd")
    if etcd is None:
        print("There is no etcd here: apt-get install etcd-server", file=sys.stderr)
        return 2
    outcomes: list[Outcome] = []
    with scratch_home() as place, cluster(Path(etcd), place) as both:
        prepare(both)
        for number in range(kills):
            both.leader.ask("TRUNCATE ledger", LEDGER)
            both.leader.ask("DROP TABLE IF EXISTS alone", LEDGER)
            with Writers(both.url(database=LEDGER, connect_timeout="2")) as writers:
                outcomes.append(drill(both, writers))
            print(f"{number + 1}: {outcomes[-1].sentence}", flush=True)
    is_bad = any(one.lost or one.pause > LONGEST_PAUSE for one in outcomes)
    return int(is_bad)


if __name__ == "__main__":
    sys.exit(main())
