"""This computer: its clock, its disks, and whether what lies on them is encrypted."""

import ctypes
import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from medspa.clock import CLOCK_SKEW, DATABASE_CLOCK, LEAST_SKEW
from medspa.health.lines import HealthGroup, HealthLine, Severity
from medspa.postgres.database_tls import is_local

LEAST_FREE_PERCENT = 15
# PostgreSQL stops writing when its disk is full.
DANGEROUSLY_FREE_PERCENT = 5
BLOCK_DEVICES = Path("/sys/dev/block")
# From Linux's timex.h: the kernel's clock is not synchronized.
TIME_ERROR = 5
SIZE_OF_TIMEX = 1024


def clock_line(skew: timedelta | None = None) -> HealthLine:
    """`skew`: how far the database's clock is ahead of this computer's."""
    skew = DATABASE_CLOCK.skew() if skew is None else skew
    seconds = abs(skew).total_seconds()
    if abs(skew) <= LEAST_SKEW:
        return _ok("Clock", f"In sync with the database, within {seconds:.1f} s.")
    way = "behind" if skew > timedelta() else "ahead of"
    return HealthLine(
        "Clock",
        f"This computer's clock is {seconds:,.0f} s {way} the database's. Times are "
        "taken from the database's.",
        Severity.WARNING if abs(skew) <= CLOCK_SKEW else Severity.ERROR,
        "Set this computer's clock right, by NTP.",
        HealthGroup.SERVER,
    )


def time_server_line(state: int | None = None) -> HealthLine:
    """`state`: what adjtimex(2) answers; negative where it can't be asked."""
    state = _kernel_clock_state() if state is None else state
    if state < 0:
        words = "Whether a time server sets this computer's clock can't be seen."
        return _ok("Time server", words)
    if state != TIME_ERROR:
        return _ok("Time server", "It sets this computer's clock.")
    return HealthLine(
        "Time server",
        "No time server sets this computer's clock.",
        Severity.WARNING,
        "Switch NTP on, for example by `timedatectl set-ntp true`.",
        HealthGroup.SERVER,
        alerts=False,
    )


def _kernel_clock_state() -> int:
    """A `timex` of zeros asks without changing anything, so it takes no rights."""
    try:
        return int(
            ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(SIZE_OF_TIMEX))
        )
    except (OSError, AttributeError):
        return -1


def disk_line() -> HealthLine:
    return free_space_line("Disk", settings.VAR_DIR)


def database_disk_line() -> HealthLine:
    """Where PostgreSQL is on this computer and tells where it keeps its data."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setting FROM pg_settings WHERE name = 'data_directory'")
        row = cursor.fetchone()
    raw = connection.connection
    if row and raw and is_local(raw.info.host) and Path(row[0]).exists():
        return free_space_line("Database's disk", Path(row[0]))
    words = "It can't be seen from here. Have its own monitoring watch its free space."
    return _ok("Database's disk", words)


def free_space_line(name: str, folder: Path) -> HealthLine:
    free_percent, free_gb = free_space(folder)
    words = f"{free_percent}% is free ({free_gb:,.1f} GB)."
    if free_percent >= LEAST_FREE_PERCENT:
        return _ok(name, words)
    is_dangerous = free_percent < DANGEROUSLY_FREE_PERCENT
    return HealthLine(
        name,
        words,
        Severity.ERROR if is_dangerous else Severity.WARNING,
        "Delete what is not needed, or make the disk larger.",
        HealthGroup.SERVER,
    )


def free_space(folder: Path) -> tuple[int, float]:
    """Whole percents and gigabytes that this account may still fill."""
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    # As df: what only root may fill does not count.
    usable = usage.used + usage.free
    return usage.free * 100 // usable if usable else 0, usage.free / 1e9


def encryption_line() -> HealthLine:
    return encryption_line_of(settings.VAR_DIR)


def encryption_line_of(folder: Path, devices: Path = BLOCK_DEVICES) -> HealthLine:
    """Whether the disk is encrypted, as far as the kernel shows it."""
    while not folder.exists():
        folder = folder.parent
    number = folder.stat().st_dev
    device = devices / f"{os.major(number)}:{os.minor(number)}"
    if not device.exists():
        words = "Whether this disk is encrypted can't be seen from inside a container."
        return _ok("Disk encryption", words)
    if any(uuid.startswith("CRYPT-") for uuid in _mapper_uuids(device)):
        return _ok("Disk encryption", "The disk is encrypted (dm-crypt).")
    if settings.DISK_ENCRYPTED_BY_PROVIDER:
        words = "By the provider, as DISK_ENCRYPTED_BY_PROVIDER says."
        return _ok("Disk encryption", words)
    return HealthLine(
        "Disk encryption",
        "No disk encryption was found. Emails, phones and backups are encrypted by the "
        "app; names, amounts and dates lie on this disk as they are.",
        Severity.WARNING,
        "Put the data on an encrypted volume (LUKS), or switch on your provider's disk "
        "encryption and set DISK_ENCRYPTED_BY_PROVIDER=on.",
        HealthGroup.SERVER,
        alerts=False,
    )


def _mapper_uuids(device: Path) -> Iterator[str]:
    """Of the device and of those it lies on: LVM may lie on LUKS."""
    uuid = device / "dm" / "uuid"
    if uuid.exists():
        yield uuid.read_text().strip()
    # A partition's own folder lies in that of its disk.
    for below in (device / "slaves").glob("*"):
        yield from _mapper_uuids(below)


def _ok(name: str, words: str) -> HealthLine:
    return HealthLine(name, words, group=HealthGroup.SERVER)
