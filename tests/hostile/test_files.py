"""What stands where a file should: nothing hangs, nothing is followed out of the folder, and nothing is passed over."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile.roles import COMPOSE, CONFIG, DOCKERFILE, ENV
from tests.hostile.running import content, lh

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has none of these")


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(path.name)


def _large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)


def _outside(path: Path) -> None:
    outside = path.parent.parent / "outside"
    outside.write_text("KEY=sk-canary-outside\n")
    path.symlink_to(outside)


THINGS: dict[str, Callable[[Path], None]] = {
    "folder": Path.mkdir,
    "fifo": os.mkfifo,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "loop": lambda path: path.symlink_to(path.name),
    "link-to-nothing": lambda path: path.symlink_to("nowhere"),
    "link-out": _outside,
    "socket": _socket,
    "large": _large,
}


@pytest.fixture
def gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "gateway"
    folder.mkdir()
    monkeypatch.chdir(folder)
    compose = COMPOSE.replace("image: ghcr.io/berriai/litellm:v1.81.0-stable", "build: .")
    (folder / "docker-compose.yml").write_text(compose.replace("env_file: .env", "env_file: [.env, more.env]"))
    (folder / "config.yaml").write_text(CONFIG)
    (folder / ".env").write_text(ENV)
    (folder / "more.env").write_text("A=1\n")
    (folder / "Dockerfile").write_text(DOCKERFILE)
    return folder


@pytest.mark.parametrize("name", ["config.yaml", ".env", "more.env", "Dockerfile"])
@pytest.mark.parametrize("thing", THINGS)
def test_what_is_no_file_is_named(gateway: Path, name: str, thing: str) -> None:
    (gateway / name).unlink()
    THINGS[thing](gateway / name)
    before = {file: text for file, text in content(gateway).items() if file != name}
    run = lh(gateway, "fix", limit=20)
    assert f"lh: {name}: ".encode() in run.err
    assert run.status in (1, 3)
    assert b"canary" not in run.out + run.err
    assert run.peak < 150
    if name != "Dockerfile":  # without it, the config stands for itself
        assert {file: text for file, text in content(gateway).items() if file != name} == before


@pytest.mark.parametrize(
    "compose",
    [
        "include: [/etc/passwd]\n" + COMPOSE,
        COMPOSE.replace("env_file: .env", "env_file: [.env, ../outside.env]"),
        COMPOSE + "    extends: {file: ../outside.yml, service: x}\n",
        COMPOSE + "    extends: {service: litellm}\n",
        "include: [docker-compose.yml]\n" + COMPOSE,
        COMPOSE.replace("./config.yaml", "../outside.yaml"),
        COMPOSE.replace("image: ghcr.io/berriai/litellm:v1.81.0-stable", "build: {context: .., dockerfile: outside}"),
        COMPOSE + "configs: {c: {file: ../outside.yaml}}\n",
        COMPOSE + "".join(f"  s{n}: {{extends: s{n + 1}}}\n" for n in range(1000)),
    ],
)
def test_nothing_is_read_outside_of_the_folder_or_in_a_circle(gateway: Path, compose: str) -> None:
    for name in ("outside.env", "outside.yml", "outside.yaml", "outside"):
        (gateway.parent / name).write_text("services: {x: {image: sk-canary-outside}}\n")
    (gateway / "docker-compose.yml").write_text(compose)
    before = content(gateway.parent)
    for command in ("lint", "checklist", "show", "fix"):
        run = lh(gateway, command, limit=20)
        assert run.status in range(4)
        assert b"canary" not in run.out + run.err
        assert b"this is a bug" not in run.err
        assert run.seconds < 5
    kept = {name: text for name, text in content(gateway.parent).items() if name.startswith("outside")}
    assert kept.items() <= before.items()


def test_configs_that_include_each_other_are_read_once(gateway: Path) -> None:
    for number in range(200):
        following = f"include: [c{number + 1}.yaml, c{number}.yaml, config.yaml]\n"
        (gateway / f"c{number}.yaml").write_text(following)
    (gateway / "config.yaml").write_text("include: [c0.yaml]\n" + CONFIG)
    run = lh(gateway, "lint", limit=20)
    assert run.status == 1
    assert b"this is a bug" not in run.err


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_named(gateway: Path) -> None:
    (gateway / "config.yaml").chmod(0)
    assert b"lh: config.yaml: cannot be read" in lh(gateway, "lint").err


def test_names_steer_no_terminal(gateway: Path) -> None:
    for name in (b"a\nb", b"a\x1b[31mred", b"\xff\xfe", b"[red]x[link=a]", "\u202ename".encode()):
        folder = gateway / os.fsdecode(name)
        folder.mkdir()
        (folder / "config.yaml").write_text(CONFIG)
        (folder / "docker-compose.yml").write_text(COMPOSE + "x: [")
    for format_ in ("text", "json", "sarif", "github", "gitlab", "markdown"):
        run = lh(gateway, "lint", "--format", format_)
        assert run.status in (1, 3)
        assert not [one for one in (b"\x1b", "\u202e".encode(), b"a\nb") if one in run.out + run.err], format_


def test_folders_may_lie_deep_in_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(1200):
        Path("d").mkdir()
        os.chdir("d")
    Path("config.yaml").write_text(CONFIG)
    run = lh(tmp_path, "lint", "--format", "json")
    Path("config.yaml").unlink()
    for _ in range(1200):  # which shutil.rmtree cannot take apart
        os.chdir("..")
        Path("d").rmdir()
    assert b"this is a bug" not in run.err
    assert b"LH042" in run.out


GIT = {
    "endless": "exec cat /dev/zero",
    "garbage": "head -c 100000 /dev/urandom",
    "failing": "exit 128",
}


@pytest.mark.parametrize("kind", GIT)
def test_a_git_that_is_none(gateway: Path, kind: str) -> None:
    _fake_git(gateway, GIT[kind])
    run = lh(gateway, "lint", env={"PATH": f"{gateway.parent}{os.pathsep}{os.environ['PATH']}"})
    assert run.status == 1
    assert run.peak < 300


@pytest.mark.harness
def test_a_git_that_hangs_is_waited_for_once(gateway: Path) -> None:
    _fake_git(gateway, "sleep 600 &\nsleep 600")
    start = time.monotonic()
    run = lh(gateway, "lint", env={"PATH": f"{gateway.parent}{os.pathsep}{os.environ['PATH']}"})
    assert run.status == 1
    assert time.monotonic() - start < 20


def _fake_git(gateway: Path, script: str) -> None:
    (gateway / ".git").mkdir()
    program = gateway.parent / "git"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
