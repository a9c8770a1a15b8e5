"""Compose files put together: overrides, extends, include, variables and what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from .composing import project, values

MAIN = """
services:
  litellm:
    image: litellm:v1
    command: ["--port", "4000"]
    environment: {LITELLM_LOG: DEBUG, KEEP: "1"}
    ports: ["4000:4000"]
    volumes: ["./a.yaml:/app/config.yaml", "data:/data"]
    env_file: .env
    healthcheck: {test: [CMD, curl], interval: 30s}
    depends_on: [db]
"""


def test_an_override_file_merges_by_the_rules_of_the_specification(tmp_path: Path) -> None:
    override = """
    services:
      litellm:
        command: ["--num_workers", "4"]
        environment: [LITELLM_LOG=ERROR, NEW=2]
        ports: ["4000:4000", "4001:4001"]
        volumes: ["./b.yaml:/app/config.yaml:ro"]
        env_file: [prod.env]
        healthcheck: {test: [CMD, python3]}
        depends_on: {redis: {condition: service_started}}
    """
    found = project(tmp_path, {"compose.yaml": MAIN, "over.yaml": override}, "compose.yaml", "over.yaml")
    litellm = found.services["litellm"]
    assert values(litellm.environment) == {"LITELLM_LOG": "ERROR", "KEEP": "1", "NEW": "2"}
    assert litellm.command is not None
    assert litellm.command.plain() == ["--num_workers", "4"]
    assert [port.published for port in litellm.ports] == ["4000", "4001"]
    assert [(mount.source, mount.target) for mount in litellm.mounts] == [
        (tmp_path / "b.yaml", "/app/config.yaml"),
        (None, "/data"),
    ]
    assert [ref.path for ref in litellm.env_files] == [tmp_path / ".env", tmp_path / "prod.env"]
    assert litellm.healthcheck is not None
    assert litellm.healthcheck.plain() == {"test": ["CMD", "python3"], "interval": "30s"}
    assert litellm.depends_on == ("db", "redis")


def test_a_value_knows_what_it_overrides_and_a_service_its_home(tmp_path: Path) -> None:
    override = "services: {litellm: {environment: {LITELLM_LOG: ERROR}}}"
    found = project(tmp_path, {"compose.yaml": MAIN, "over.yaml": override}, "compose.yaml", "over.yaml")
    node = found.services["litellm"].environment["LITELLM_LOG"]
    assert (node.file.name, [(over.file.name, over.value) for over in node.shadows]) == (
        "over.yaml",
        [("compose.yaml", "DEBUG")],
    )
    assert found.services["litellm"].home() == (tmp_path / "compose.yaml", ("services", "litellm"))


def test_reset_takes_out_and_override_replaces_whole(tmp_path: Path) -> None:
    override = """
    services:
      litellm:
        image: !reset null
        environment: !override {ONLY: "1"}
        ports: !reset []
        volumes: !override ["cache:/c"]
        labels: {gone: !reset null, kept: x}
    """
    found = project(tmp_path, {"compose.yaml": MAIN, "over.yaml": override}, "compose.yaml", "over.yaml")
    litellm = found.services["litellm"]
    assert (litellm.image, litellm.ports) == (None, [])
    assert values(litellm.environment) == {"ONLY": "1"}
    assert [mount.target for mount in litellm.mounts] == ["/c"]
    assert litellm.node.get("labels", "gone") is None


def test_forms_that_compose_cannot_merge_are_unknown(tmp_path: Path) -> None:
    override = "services: {litellm: {ports: {a: b}}}"
    found = project(tmp_path, {"compose.yaml": MAIN, "over.yaml": override}, "compose.yaml", "over.yaml")
    ports = found.services["litellm"].node.get("ports")
    assert ports is not None
    assert ports.unknown == "ports has forms that Compose cannot merge"


def test_anchors_and_merge_keys(tmp_path: Path) -> None:
    text = """
    x-common: &common {LITELLM_LOG: ERROR, A: base}
    services:
      litellm:
        environment: {<<: *common, A: own}
    """
    assert values(project(tmp_path, {"c.yaml": text}).services["litellm"].environment) == {
        "LITELLM_LOG": "ERROR",
        "A": "own",
    }


def test_the_project_env_file_feeds_interpolation_and_the_owner_what_is_missing(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {
            "c.yaml": "services: {litellm: {environment: {A: $A, B: $B, C: $C, D: $D}}}",
            ".env": "A=project\nB=${A}/b\nC='${A}'\n",
            "owner.env": "A=owner\nD=${A}/owner\n",
        },
        owner=("owner.env",),
    )
    environment = values(found.services["litellm"].environment)
    assert environment == {"A": "project", "B": "project/b", "C": "${A}", "D": "project/owner"}


def test_variables_of_the_folder_whose_compose_file_names_the_project(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {
            "docker/compose.yaml": "services: {litellm: {environment: [A, B], env_file: .env}}",
            "docker/.env": "A=inner\nB=inner\n",
            ".env": "COMPOSE_FILE=./docker/compose.yaml\nA=outer\n",
        },
    ).services["litellm"]
    assert values(found.environment) == {"A": "outer", "B": "inner"}
    assert [ref.path for ref in found.env_files] == [tmp_path / "docker/.env"]


def test_the_process_environment_is_never_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITELLM_LOG", "DEBUG")
    found = project(tmp_path, {"c.yaml": "services: {litellm: {environment: [LITELLM_LOG]}}"})
    assert found.services["litellm"].environment["LITELLM_LOG"].unknown


def test_extends_within_a_file_and_from_another_folder(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {
            "c.yaml": """
            services:
              common: {image: "litellm:v1", environment: [A=common, LITELLM_LOG=DEBUG]}
              middle: {extends: common, environment: {A: middle}}
              litellm: {extends: {service: middle}, environment: {B: own}}
              other: {extends: {file: shared/base.yaml, service: base}}
            """,
            "shared/base.yaml": "services: {base: {env_file: ./shared.env, volumes: ['./c.yaml:/c.yaml']}}",
        },
    )
    litellm, other = found.services["litellm"], found.services["other"]
    assert values(litellm.environment) == {"A": "middle", "LITELLM_LOG": "DEBUG", "B": "own"}
    assert litellm.image is not None
    assert litellm.image.path == ("services", "common", "image")
    assert [ref.path for ref in other.env_files] == [tmp_path / "shared/shared.env"]
    assert [mount.source for mount in other.mounts] == [tmp_path / "shared/c.yaml"]
    assert other.home() == (tmp_path / "c.yaml", ("services", "other"))


def test_extends_in_circles_or_of_nothing_is_a_problem(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {"c.yaml": "services: {a: {extends: b}, b: {extends: a, image: x}, c: {extends: gone}}"},
    )
    assert sorted(found.services) == ["a", "b", "c"]
    assert [problem.message for problem in found.problems] == [
        "services.a extends itself in the end, or too deeply",
        "services.c extends gone, which is not there",
    ]


def test_include_brings_its_own_folder_and_variables(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {
            "compose.yaml": """
            include:
              - litellm/compose.yaml
              - path: [db/compose.yaml, db/more.yaml]
                project_directory: .
                env_file: db.env
            services: {web: {image: web}}
            """,
            ".env": "A=outer\n",
            "litellm/compose.yaml": "services: {litellm: {env_file: .env, environment: {A: $A, B: $B}}}",
            "litellm/.env": "A=inner\nB=inner\n",
            "db/compose.yaml": "services: {db: {image: postgres, env_file: x.env}}",
            "db/more.yaml": "services: {db: {environment: {P: $P}}}",
            "db.env": "P=1\n",
        },
    )
    assert sorted(found.services) == ["db", "litellm", "web"]
    litellm, db = found.services["litellm"], found.services["db"]
    assert values(litellm.environment) == {"A": "outer", "B": "inner"}
    assert [ref.path for ref in litellm.env_files] == [tmp_path / "litellm/.env"]
    assert values(db.environment) == {"P": "1"}
    assert [ref.path for ref in db.env_files] == [tmp_path / "x.env"]
    assert len(found.files) == 4


def test_includes_in_circles_end(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {"a.yaml": "include: [b.yaml]\nservices: {a: {image: a}}", "b.yaml": "include: [a.yaml]\nservices: {b: {}}"},
    )
    assert sorted(found.services) == ["a", "b"]
    assert [(problem.file.name, problem.message) for problem in found.problems] == [
        ("b.yaml", "its includes lead back to itself, or too deeply")
    ]


def test_including_twice_at_every_level_takes_no_time(tmp_path: Path) -> None:
    files = {f"{n}.yaml": f"include: [{n + 1}.yaml, {n + 1}.yaml]" for n in range(30)}
    assert list(project(tmp_path, {**files, "30.yaml": "services: {a: {image: a}}"}).services) == ["a"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("include: [gone.yaml]", "c.yaml includes gone.yaml, which is not here"),
        ("include: ['${DIR}/x.yaml']", "c.yaml includes a file that cannot be told: ${DIR} is set nowhere here"),
        (
            "services: {a: {extends: {file: gone.yaml, service: b}}}",
            "c.yaml extends a service of gone.yaml, which is not here",
        ),
    ],
)
def test_a_file_that_is_not_here_makes_the_project_incomplete(tmp_path: Path, text: str, reason: str) -> None:
    found = project(tmp_path, {"c.yaml": text})
    assert (found.incomplete, found.problems) == (reason, ())


def test_a_project_file_that_is_not_here(tmp_path: Path) -> None:
    found = project(tmp_path, {"c.yaml": MAIN}, "c.yaml", "gone.yaml")
    assert found.incomplete == "gone.yaml, a compose file of this project, is not here"
    assert "litellm" in found.services


def test_the_name_of_a_project(tmp_path: Path) -> None:
    assert project(tmp_path / "folder", {"c.yaml": "services: {}"}).name == "folder"
    assert project(tmp_path, {"c.yaml": "name: ${NAME:-gateway}\nservices: {}"}).name == "gateway"


def test_what_expands_without_end_is_a_problem(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    found = project(tmp_path, {"c.yaml": "\n".join([*lines, "services: {a: {command: *a11}}"])})
    assert (found.services, len(found.problems)) == ({}, 1)


def test_null_in_an_override_keeps_all_but_what_is_replaced_whole(tmp_path: Path) -> None:
    override = (
        "services: {litellm: {image: null, env_file: null, volumes: null, command: null, environment: {KEEP: null}}}"
    )
    found = project(tmp_path, {"compose.yaml": MAIN, "over.yaml": override}, "compose.yaml", "over.yaml")
    litellm = found.services["litellm"]
    assert litellm.image is not None
    assert (litellm.image.text(), len(litellm.env_files), len(litellm.mounts)) == ("litellm:v1", 1, 2)
    assert litellm.command is not None
    assert litellm.command.value is None
    assert values(litellm.environment) == {"LITELLM_LOG": "DEBUG", "KEEP": None}
