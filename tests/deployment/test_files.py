"""What can be said of the containers and units without running them."""

import re
import shlex
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.urls import reverse

from tests.tools import needs_tool

DEPLOY = settings.BASE_DIR / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()


@pytest.mark.parametrize("name", ["proxy", "web", "receiver", "worker", "archive"])
def test_a_container_writes_nowhere_and_has_no_rights(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_only_the_proxy_is_reached_from_outside() -> None:
    open_to = {name for name, one in COMPOSE["services"].items() if "ports" in one}
    assert open_to == {"proxy"}


def test_the_image_installs_by_hashes_and_does_not_run_as_root() -> None:
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"pip install .*--require-hashes", DOCKERFILE)
    assert re.search(r"^USER medspa$", last, re.M)
    assert re.search(r"^HEALTHCHECK ", last, re.M)


def test_the_image_has_what_the_app_reads_at_run_time() -> None:
    ignored = (settings.BASE_DIR / ".dockerignore").read_text().split()
    for name in ("CHANGELOG.md", "docs", "deploy", "templates", "locale"):
        assert (settings.BASE_DIR / name).exists()
        assert not any(fnmatch(name, pattern) for pattern in ignored)


def test_every_volume_and_network_is_declared() -> None:
    for service in COMPOSE["services"].values():
        for volume in service.get("volumes", ()):
            source = volume.replace("${BACKUPS:-backups}", "backups").split(":")[0]
            assert source.startswith("./") or source in COMPOSE["volumes"]
        for network in service.get("networks", ()):
            assert network in COMPOSE["networks"]


def test_the_proxy_lets_through_what_pages_that_take_files_promise() -> None:
    form = re.compile(r"action=\"{% url '(\w+)' %}\" enctype=\"multipart/form-data\"")
    pages = (settings.BASE_DIR / "templates").rglob("*.html")
    names = {name for page in pages for name in form.findall(page.read_text())}
    # A logo is small: what the proxy says of a large one is in `real_site.py`.
    imports = {reverse(name) for name in names - {"save_logo"}}
    caddyfile = (DEPLOY / "Caddyfile").read_text()
    let_through, told = re.findall(r"\bpath ((?:/\w+/(?:import|files)/ ?)+)", caddyfile)
    assert set(let_through.split()) == set(told.split()) == imports


def test_containers_and_units_run_the_start_scripts() -> None:
    said = re.findall(r'^CMD \["(.*)"\]$', DOCKERFILE, re.M)
    for name in ("receiver", "worker", "archive"):
        said.append(shlex.split(COMPOSE["services"][name]["command"])[0])
    for unit in (DEPLOY / "systemd").glob("*.service"):
        said += re.findall(r"^ExecStart=/srv/medspa/(.*)$", unit.read_text(), re.M)
    scripts = ("archive", "receiver", "web", "worker")
    assert sorted(set(said)) == [f"deploy/entrypoint-{name}" for name in scripts]
    for script in set(said):
        path = settings.BASE_DIR / script
        assert path.stat().st_mode & 0o111
        subprocess.run(["sh", "-n", path], check=True)


@pytest.mark.parametrize("name", ["web", "receiver", "worker", "archive"])
def test_systemd_accepts_the_unit_and_finds_it_well_locked(
    name: str, tmp_path: Path
) -> None:
    analyze = needs_tool("systemd-analyze")
    unit = tmp_path / f"medspa-{name}.service"
    text = (DEPLOY / "systemd" / unit.name).read_text()
    unit.write_text(re.sub(r"^ExecStart=.*$", "ExecStart=/bin/true", text, flags=re.M))
    verified = subprocess.run(
        [analyze, "verify", unit], capture_output=True, text=True, check=False
    )
    assert f"{unit.name}:" not in verified.stderr
    # From 0 (locked) to 10; 20 stands for 2.0.
    subprocess.run(
        [analyze, "security", "--offline=true", "--threshold=20", unit],
        check=True,
        capture_output=True,
    )
