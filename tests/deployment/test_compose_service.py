"""What one service is: its environment, files, mounts, build and limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from litellm_harden.deployment.workspace import Workspace

from .composing import project, service, values


def test_environment_as_a_mapping_gives_the_texts_of_the_container(tmp_path: Path) -> None:
    found = service(
        tmp_path,
        """
        environment:
          TEXT: ERROR
          QUOTED: "true"
          FLAG: true
          WORD: yes
          NUMBER: 60
          FRACTION: 0.5
          RELEASE: 24.10
          WHOLE: 1.0
          POWER: 1e3
          EMPTY: ""
        """,
    )
    assert values(found.environment) == {
        "TEXT": "ERROR",
        "QUOTED": "true",
        "FLAG": "true",
        "WORD": "yes",
        "NUMBER": "60",
        "FRACTION": "0.5",
        "RELEASE": "24.1",
        "WHOLE": "1",
        "POWER": "1000",
        "EMPTY": "",
    }


def test_environment_as_a_list_keeps_quotes_and_later_lines_win(tmp_path: Path) -> None:
    found = service(
        tmp_path,
        """
        environment:
          - LITELLM_LOG="ERROR"
          - A=1
          - URL=postgresql://u:p@db/x?a=b
          - A=2
        """,
    ).environment
    assert values(found) == {"LITELLM_LOG": '"ERROR"', "A": "2", "URL": "postgresql://u:p@db/x?a=b"}
    assert found["A"].path == ("services", "litellm", "environment", 3)
    assert [node.value for node in found["A"].shadows] == ["1"]


@pytest.mark.parametrize("form", ["- A\n  - B", "A:\n  B: null"])
def test_a_bare_name_takes_the_value_that_interpolation_has(tmp_path: Path, form: str) -> None:
    found = service(tmp_path, f"environment:\n  {form}", env="A=1\n").environment
    assert values(found) == {"A": "1", "B": None}
    assert found["B"].unknown == "B is passed through, and set nowhere here"


def test_what_is_set_nowhere_is_unknown_and_a_default_is_known(tmp_path: Path) -> None:
    found = service(tmp_path, "environment:\n  A: ${X}\n  B: ${X:-d}\n  C: $$X").environment
    assert values(found) == {"A": None, "B": "d", "C": "$X"}


def test_env_files_in_every_form(tmp_path: Path) -> None:
    found = service(
        tmp_path,
        """
        env_file:
          - .env
          - path: ./other.env
            required: false
            format: raw
          - ${STAGE}.env
        """,
    ).env_files
    assert [(ref.path, ref.required, ref.raw) for ref in found] == [
        (tmp_path / ".env", True, False),
        (tmp_path / "other.env", False, True),
        (None, True, False),
    ]
    assert found[2].unknown == "${STAGE} is set nowhere here"


def test_a_single_env_file(tmp_path: Path) -> None:
    assert [ref.path for ref in service(tmp_path, "env_file: conf/prod.env").env_files] == [tmp_path / "conf/prod.env"]


@pytest.mark.parametrize(
    ("volume", "source", "target", "read_only"),
    [
        ("./config.yaml:/app/config.yaml", "config.yaml", "/app/config.yaml", False),
        ("./config.yaml:/app/config.yaml:ro,z", "config.yaml", "/app/config.yaml", True),
        ("${DIR:-./conf}/c.yaml:/c.yaml", "conf/c.yaml", "/c.yaml", False),
        ("/etc/c.yaml:/c.yaml", "/etc/c.yaml", "/c.yaml", False),
        ("..:/up", "..", "/up", False),
        ("data:/var/lib", None, "/var/lib", False),
        ("/only/target", None, "/only/target", False),
        ("{type: bind, source: ./c.yaml, target: /c.yaml, read_only: true}", "c.yaml", "/c.yaml", True),
        ("{type: volume, source: data, target: /d}", None, "/d", False),
        ("{type: tmpfs, target: /tmp}", None, "/tmp", False),
    ],
)
def test_mounts(tmp_path: Path, volume: str, source: str | None, target: str, read_only: bool) -> None:
    (mount,) = service(tmp_path, f"volumes:\n  - {volume}").mounts
    expected = None if source is None else (tmp_path / source).resolve()
    assert (mount.source, mount.target, mount.read_only, mount.unknown) == (expected, target, read_only, "")


@pytest.mark.parametrize(
    ("volume", "target"),
    [("~/c.yaml:/c.yaml", "/c.yaml"), ("${DIR}/c.yaml:/c.yaml", "/c.yaml"), (r"C:\lh\c.yaml:/c.yaml:ro", "/c.yaml")],
)
def test_mounts_whose_source_only_the_owner_knows(tmp_path: Path, volume: str, target: str) -> None:
    (mount,) = service(tmp_path, f"volumes:\n  - '{volume}'").mounts
    assert (mount.source, mount.target) == (None, target)
    assert mount.unknown


def test_configs_from_a_file_from_text_and_from_outside(tmp_path: Path) -> None:
    rest = """
configs:
  from_file: {file: ./config.yaml}
  from_text: {content: "model_list: []"}
  from_swarm: {external: true}
"""
    found = service(
        tmp_path,
        "configs: [{source: from_file, target: /app/config.yaml}, from_text, from_swarm, nowhere]",
        rest=rest,
    ).configs
    assert [(config.target, config.file, bool(config.unknown)) for config in found] == [
        ("/app/config.yaml", tmp_path / "config.yaml", False),
        ("/from_text", None, False),
        ("/from_swarm", None, True),
        ("/nowhere", None, True),
    ]
    assert found[1].content is not None
    assert found[1].content.text() == "model_list: []"


@pytest.mark.parametrize(
    ("build", "dockerfile"),
    [
        (".", "Dockerfile"),
        ("{context: ./proxy}", "proxy/Dockerfile"),
        ("{context: ./proxy, dockerfile: ../docker/Dockerfile.prod}", "docker/Dockerfile.prod"),
        ("{dockerfile: Dockerfile.litellm}", "Dockerfile.litellm"),
        ("{context: ., dockerfile_inline: FROM x}", None),
        ("https://github.com/o/r.git", None),
    ],
)
def test_build(tmp_path: Path, build: str, dockerfile: str | None) -> None:
    found = service(tmp_path, f"build: {build}").build
    assert found is not None
    assert found.dockerfile == (tmp_path / dockerfile if dockerfile else None)


def test_build_arguments_and_target(tmp_path: Path) -> None:
    found = service(tmp_path, "build: {context: ., target: prod, args: [VERSION=1.81.0, DEBUG]}").build
    assert found is not None
    assert (found.target, values(found.args)) == ("prod", {"VERSION": "1.81.0", "DEBUG": None})


def test_limits_and_replicas_in_both_places(tmp_path: Path) -> None:
    modern = service(
        tmp_path / "a", "deploy: {replicas: 3, resources: {limits: {cpus: '0.50', memory: 512M}}}\nmem_limit: 1g"
    )
    assert (modern.replicas.value, modern.cpus.value, modern.memory.value) == (3, 0.5, 512 * 1024**2)
    old = service(tmp_path / "b", "scale: 2\ncpus: 4\nmem_limit: 8g")
    assert (old.replicas.value, old.cpus.value, old.memory.value) == (2, 4.0, 8 * 1024**3)


def test_a_number_that_is_not_said_not_known_or_not_a_number(tmp_path: Path) -> None:
    found = service(tmp_path, "scale: ${N}\ncpus: many")
    assert (found.replicas.value, found.replicas.unknown) == (None, "${N} is set nowhere here")
    assert (found.cpus.value, found.cpus.unknown) == (None, "cpus is no number")
    assert found.memory == (None, "", None)


@pytest.mark.parametrize(
    ("port", "parts"),
    [
        ('"4000:4000"', ("", "4000", "4000")),
        ('"127.0.0.1:8080:4000/tcp"', ("127.0.0.1", "8080", "4000")),
        ('"[::1]:8080:4000"', ("[::1]", "8080", "4000")),
        ("4000", ("", "", "4000")),
        ("{target: 4000, published: 8080, host_ip: 127.0.0.1}", ("127.0.0.1", "8080", "4000")),
    ],
)
def test_ports(tmp_path: Path, port: str, parts: tuple[str, str, str]) -> None:
    (found,) = service(tmp_path, f"ports:\n  - {port}").ports
    assert found[:3] == parts


def test_the_rest_of_a_service(tmp_path: Path) -> None:
    found = service(
        tmp_path,
        """
        image: litellm:${TAG:-v1}
        command: ["--port", "${PORT}"]
        restart: unless-stopped
        stop_grace_period: 1m
        profiles: [proxy]
        depends_on: {db: {condition: service_healthy}}
        """,
    )
    assert found.image is not None
    assert found.image.text() == "litellm:v1"
    assert found.command is not None
    assert list(found.command.unknowns()) == ["${PORT} is set nowhere here"]
    assert found.restart is not None
    assert found.restart.text() == "unless-stopped"
    assert (found.profiles, found.depends_on, found.entrypoint) == (("proxy",), ("db",), None)


def test_a_node_knows_its_place_in_the_text(tmp_path: Path) -> None:
    text = "services:\n  litellm:\n    environment:\n      LITELLM_LOG: DEBUG\n"
    found = project(tmp_path, {"compose.yaml": text})
    node = found.services["litellm"].environment["LITELLM_LOG"]
    origin = node.origin(Workspace(tmp_path))
    assert text[origin.span.start : origin.span.end] == "DEBUG"
    assert (origin.file, origin.value) == (tmp_path / "compose.yaml", "DEBUG")
