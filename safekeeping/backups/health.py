"""What the health page says of backups."""

from datetime import timedelta

from medspa import clock
from medspa.formats import clinic_formats
from medspa.health.application_lines import duration_words
from medspa.health.lines import HealthGroup, HealthLine, Severity
from safekeeping.backups.storage.config import are_exports, is_configured
from safekeeping.models import Backup, BackupDrill, LogArchive

BACKUP_LATE, BACKUP_GONE = timedelta(hours=26), timedelta(days=3)
LOG_LATE, LOG_GONE = timedelta(minutes=2), timedelta(hours=1)
DRILL_LATE = timedelta(days=8)
KEPT_BY_PROVIDER = (
    "By the database's provider: keep its point-in-time recovery switched on."
)
START_ARCHIVE = (
    "Start `manage.py archive_wal` and leave it running: without it, a restore goes "
    "back to the last backup only."
)
SET_UP_BACKUPS = "Set them up as docs/backups.md says."


def _line(name: str, words: str, severity: Severity, to_do: str) -> HealthLine:
    is_ok = severity is Severity.OK
    return HealthLine(
        name, words, severity, "" if is_ok else to_do, HealthGroup.BACKUPS
    )


def _severity(age: timedelta, late: timedelta, gone: timedelta) -> Severity:
    if age > gone:
        return Severity.ERROR
    return Severity.WARNING if age > late else Severity.OK


def backup_line() -> HealthLine:
    name = "Last backup"
    if not is_configured():
        return _line(name, "No backups are made.", Severity.ERROR, SET_UP_BACKUPS)
    rows = Backup.objects.order_by("-started_at")
    done, last = rows.done().first(), rows.first()
    if done is None:
        words = f"None yet. {last.problem}" if last else "None yet."
        to_do = "Press Back up now, or run `manage.py backup`."
        return _line(name, words.strip(), Severity.WARNING, to_do)
    severity = _severity(clock.now() - done.started_at, BACKUP_LATE, BACKUP_GONE)
    words = f"{clinic_formats().moment(done.started_at)}."
    if last and last.problem:
        words += f" The last try failed: {last.problem}"
        severity = max(severity, Severity.WARNING)
    return _line(name, words, severity, "See the Backups page, and try again there.")


def log_line() -> HealthLine:
    name = "Archived log"
    if not is_configured():
        return _line(name, "It isn't archived.", Severity.WARNING, SET_UP_BACKUPS)
    log = LogArchive.current()
    if are_exports():
        severity = Severity.WARNING if log.copy_problem else Severity.OK
        words = " ".join(filter(None, [KEPT_BY_PROVIDER, log.copy_problem]))
        return _line(name, words, severity, "Look after the second destination.")
    if log.archived_at is None:
        words = log.problem or "Nothing is archived yet."
        return _line(name, words, Severity.WARNING, START_ARCHIVE)
    lag = clock.now() - log.archived_at
    words = f"Up to {duration_words(lag)} ago."
    problems = [text for text in (log.problem, log.copy_problem) if text]
    severity = _severity(lag, LOG_LATE, LOG_GONE)
    if problems:
        severity = max(severity, Severity.WARNING)
    to_do = "Keep `manage.py archive_wal` running, and look after the destinations."
    return _line(name, " ".join([words, *problems]), severity, to_do)


def drill_line() -> HealthLine:
    name = "Last proven restore"
    to_do = "Press Drill now, or run `manage.py drill`."
    if not is_configured():
        return _line(name, "None.", Severity.WARNING, SET_UP_BACKUPS)
    drills = BackupDrill.objects.order_by("-started_at")
    passed, last = drills.filter(problem="").first(), drills.first()
    if passed is None:
        words = f"None yet. {last.problem}" if last else "None yet."
        return _line(name, words.strip(), Severity.WARNING, to_do)
    age = clock.now() - passed.started_at
    severity = Severity.ERROR if age > DRILL_LATE else Severity.OK
    words = proven_words(passed)
    if last and last.problem:
        words += f" The last one failed: {last.problem}"
        severity = Severity.ERROR
    return _line(name, words, severity, to_do)


def proven_words(drill: BackupDrill) -> str:
    """`2 days ago, 41 s, lost 12 s.`"""
    days = (clock.now() - drill.started_at).days
    when = "Today" if not days else "Yesterday" if days == 1 else f"{days} days ago"
    return f"{when}, {drill.seconds:.0f} s, lost {drill.lost_seconds:.0f} s."
