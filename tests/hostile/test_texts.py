"""Every hostile text in every place where one is read: `lh` ends by itself, says so in a line, and writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile import cases, roles
from tests.hostile.running import content, lh

Make = Callable[[], bytes]

SECONDS = 30
"""Of CPU. The slowest take about 6 on a machine of two cores."""
MEMORY = 700
"""MiB. The greediest take about 400."""
NEVER_SAID = (b"\x1b", b"\x07", b"\0", "\u202e".encode(), "\u2066".encode(), "\u2028".encode(), b"Traceback", b"canary")
COMMANDS = (("lint", "-v"), ("fix", "--diff", "--unsafe", "-q"), ("checklist",), ("show",), ("config",))


def _encoded(texts: dict[str, Callable[[], str]]) -> dict[str, Make]:
    return {name: lambda text=text: text().encode() for name, text in texts.items()}  # type: ignore[misc]


KINDS: tuple[tuple[dict[str, roles.Role], dict[str, Make]], ...] = (
    (roles.YAML_ROLES, _encoded(cases.YAML)),
    (roles.ENV_ROLES, _encoded(cases.ENV)),
    (roles.DOCKERFILE_ROLES, _encoded(cases.DOCKERFILE)),
    ({**roles.TOML_ROLES, **roles.JSON_ROLES}, _encoded(cases.YAML)),
)
EVERY = [
    pytest.param(role, make, id=f"{place}-{name}")
    for places, texts in KINDS
    for place, role in places.items()
    for name, make in {**texts, **cases.ENCODINGS}.items()
]
QUICK = [
    ("config", "bomb"),
    ("config", "deep-flow"),
    ("config", "sexagesimal"),
    ("config", "control"),
    ("compose", "merging-bomb"),
    ("compose-behind", "boms"),
    ("included-config", "quadratic-merges"),
    ("manifest-alone", "bomb"),
    ("values", "quadratic-bomb"),
    ("rule", "deep-mixed"),
    ("env", "grown"),
    ("env-file", "nul"),
    ("env", "defaults"),
    ("dockerfile", "grown"),
    ("dockerfile", "stages-with-env"),
    ("dockerfile-alone", "heredocs-open"),
    ("lh-toml", "random"),
    ("baseline", "deep-open"),
]


def check(folder: Path, role: roles.Role, make: Make, *commands: tuple[str, ...]) -> None:
    role(folder, make())
    before = content(folder)
    for command in commands:
        run = lh(folder, *command)
        assert run.status in range(4), (command, run.status, run.err[:300])
        assert b"this is a bug in lh" not in run.err, run.err
        shown = run.err if command[0] == "fix" else run.out + run.err  # a patch holds the bytes of the file
        assert not [one for one in NEVER_SAID if one in shown], command
        assert run.seconds < SECONDS and run.peak < MEMORY, (command, run.seconds, run.peak)
        assert run.err.count(b"\n") < 40
    assert content(folder) == before


@pytest.mark.harness
@pytest.mark.parametrize(("role", "make"), EVERY)
def test_any_text_anywhere(tmp_path: Path, role: roles.Role, make: Make) -> None:
    check(tmp_path, role, make, *COMMANDS)


@pytest.mark.parametrize(("place", "name"), QUICK)
def test_the_worst_of_them(tmp_path: Path, place: str, name: str) -> None:
    places, texts = next(kind for kind in KINDS if place in kind[0])
    check(tmp_path, places[place], {**texts, **cases.ENCODINGS}[name], ("lint", "-v"))


@pytest.mark.parametrize("name", ["config.yaml", "docker-compose.yml", ".env", "Dockerfile", "deployment.yaml"])
@pytest.mark.parametrize("text", ["a: [" + "[" * 50_000, "\0", "x" * 100_000, "${A:-" * 20_000, "\udcff\x1b[31m"])
def test_anything_on_standard_input(tmp_path: Path, name: str, text: str) -> None:
    roles.YAML_ROLES["config"](tmp_path, b"")
    before = content(tmp_path)
    given = text.encode("utf-8", "surrogateescape")
    run = lh(tmp_path, "lint", "--stdin-filename", name, "-", stdin=given)
    assert run.status in range(4)
    assert not [one for one in (*NEVER_SAID, b"this is a bug") if one in run.out + run.err]
    assert content(tmp_path) == before


@pytest.mark.harness
@pytest.mark.parametrize("place", ["config", "compose", "env", "dockerfile", "values"])
def test_a_file_of_100_mb_is_not_read(tmp_path: Path, place: str) -> None:
    role = next(kind[0][place] for kind in KINDS if place in kind[0])
    role(tmp_path, b"#" * 100_000_000)
    run = lh(tmp_path, "lint")
    assert b"is larger than 64 MiB" in run.err
    assert run.peak < 100


@pytest.mark.parametrize(
    ("role", "grow"),
    [
        pytest.param("env", lambda n: "".join(f"K{i}=v\n" for i in range(n)), id="variables"),
        pytest.param("env", lambda n: "K=v\n" * n, id="one-variable-again-and-again"),
        pytest.param("env", lambda n: "A=${A:-" + "${B}" * n + "}\n", id="substitutions"),
        pytest.param("config", lambda n: "".join(f"k{i}: 1\n" for i in range(n)), id="keys"),
        pytest.param(
            "config",
            lambda n: "environment_variables:\n" + "".join(f"  K{i}: v\n" for i in range(n)),
            id="environment-variables",
        ),
        pytest.param("compose", lambda n: "[" + "x, " * n + "]\n", id="items"),
        pytest.param("dockerfile", lambda n: "FROM litellm\n" + "ENV A=1\n" * n, id="instructions"),
        pytest.param(
            "dockerfile",
            lambda n: "FROM litellm AS s\n" + "".join(f"FROM s AS s{i}\n" for i in range(n)),
            id="stages",
        ),
    ],
)
@pytest.mark.harness
def test_time_is_linear(tmp_path: Path, role: str, grow: Callable[[int], str]) -> None:
    places = next(kind[0] for kind in KINDS if role in kind[0])
    took = []
    for size in (4_000, 16_000):
        folder = tmp_path / str(size)
        folder.mkdir()
        places[role](folder, grow(size).encode())
        took.append(lh(folder, "lint").seconds)
    assert took[1] < 6 * took[0], took
