"""The site's figures in the text format of Prometheus."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import accumulate

from django.db import connection
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from medspa.extension_points import metric_gauges
from medspa.health.application_lines import oldest_wait
from medspa.health.reading import read_health
from medspa.health.version import VERSION
from medspa.jobs.models import JobRun
from medspa.probes.site_gauges import SITE_GAUGES
from medspa.request_counts.counting import BOUNDS_MS, SERVER_ERROR
from medspa.request_counts.models import RequestTotal

HEARTBEAT_AGE = """
    SELECT extract(epoch FROM clock_timestamp() - max(last_heartbeat))
    FROM procrastinate_workers
"""
QUEUED = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'"
CONNECTIONS = """
    SELECT state, count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'
        AND state IS NOT NULL
    GROUP BY state
"""
MOST_CONNECTIONS = "SELECT current_setting('max_connections')::int"


def metrics_text() -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(SiteCollector())
    return generate_latest(registry)


class SiteCollector(Collector):
    """Everything is of the whole site, whichever of its servers is asked."""

    def collect(self) -> Iterator[Metric]:
        yield version_metric()
        yield from request_metrics()
        yield from job_metrics()
        yield from database_metrics()
        yield health_metric()
        for read in (*SITE_GAUGES, *metric_gauges):
            gauge = read()
            if gauge.value is not None:
                yield GaugeMetricFamily(gauge.name, gauge.words, gauge.value)


def version_metric() -> Metric:
    info = GaugeMetricFamily(
        "medspa_info", "The version that answers.", labels=["version"]
    )
    info.add_metric([VERSION], 1)
    return info


def request_metrics() -> Iterator[Metric]:
    durations = HistogramMetricFamily(
        "medspa_request_duration_seconds",
        "How long answers took, by the name of the view.",
        labels=["view"],
    )
    answers = CounterMetricFamily(
        "medspa_requests", "Answered requests.", labels=["view", "status"]
    )
    errors = CounterMetricFamily(
        "medspa_request_errors", "Requests that we could not answer (5xx)."
    )
    failed = 0
    by_view: defaultdict[str, list[RequestTotal]] = defaultdict(list)
    for total in RequestTotal.objects.order_by("view", "status"):
        answers.add_metric([total.view, str(total.status)], total.requests)
        failed += total.requests if total.status >= SERVER_ERROR else 0
        by_view[total.view].append(total)
    for view, totals in by_view.items():
        counts = map(sum, zip(*(total.buckets for total in totals), strict=True))
        bounds = [*(str(bound / 1000) for bound in BOUNDS_MS), "+Inf"]
        buckets = list(zip(bounds, accumulate(counts), strict=True))
        seconds = sum(total.milliseconds for total in totals) / 1000
        durations.add_metric([view], buckets, seconds)
    errors.add_metric([], failed)
    yield from (answers, errors, durations)


def job_metrics() -> Iterator[Metric]:
    with connection.cursor() as cursor:
        cursor.execute(QUEUED)
        queued = cursor.fetchone()[0]
        cursor.execute(HEARTBEAT_AGE)
        heartbeat = cursor.fetchone()[0]
    yield GaugeMetricFamily("medspa_jobs_queued", "Jobs that wait.", queued)
    yield GaugeMetricFamily(
        "medspa_jobs_oldest_wait_seconds",
        "How long the oldest job has waited that could be done now.",
        oldest_wait().total_seconds(),
    )
    yield GaugeMetricFamily(
        "medspa_job_runs_active",
        "Background jobs that people wait for.",
        JobRun.objects.active().count(),
    )
    if heartbeat is not None:
        yield GaugeMetricFamily(
            "medspa_worker_heartbeat_age_seconds",
            "Since a worker last reported that it is alive.",
            float(heartbeat),
        )


def database_metrics() -> Iterator[Metric]:
    used = GaugeMetricFamily(
        "medspa_database_connections",
        "Open connections to the site's database, by what they do.",
        labels=["state"],
    )
    with connection.cursor() as cursor:
        cursor.execute(CONNECTIONS)
        for state, count in cursor.fetchall():
            used.add_metric([state], count)
        cursor.execute(MOST_CONNECTIONS)
        most = cursor.fetchone()[0]
    yield used
    yield GaugeMetricFamily(
        "medspa_database_connections_max", "So many the server takes.", most
    )
    pool = GaugeMetricFamily(
        "medspa_database_pool",
        "The connection pool of the process that answered.",
        labels=["what"],
    )
    if connection.pool:  # type: ignore[attr-defined]
        figures = connection.pool.get_stats()  # type: ignore[attr-defined]
        for name in ("pool_size", "pool_available", "requests_waiting"):
            pool.add_metric([name], figures.get(name, 0))
    yield pool


def health_metric() -> Metric:
    """All lines of the Status page, so that an alert needs no rule of its own."""
    health = GaugeMetricFamily(
        "medspa_health", "0 ok, 1 warning, 2 error.", labels=["name", "group"]
    )
    for line in read_health():
        health.add_metric([line.name, line.group.value], line.severity)
    return health
