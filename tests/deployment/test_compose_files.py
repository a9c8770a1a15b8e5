"""Which compose files of a folder make up projects."""

from __future__ import annotations

from pathlib import Path

import pytest

from litellm_harden.deployment.compose.files import projects_in

from .composing import write

WHOLE = "services: {litellm: {image: litellm}}"
PART = "services: {litellm: {environment: {A: b}}}"


@pytest.mark.parametrize(
    ("files", "projects"),
    [
        ({"docker-compose.yml": WHOLE}, [["docker-compose.yml"]]),
        ({"compose.yaml": WHOLE, "compose.yml": WHOLE, "docker-compose.yml": WHOLE}, [["compose.yaml"]]),
        (
            {"docker-compose.yml": WHOLE, "docker-compose.override.yml": PART},
            [["docker-compose.yml", "docker-compose.override.yml"]],
        ),
        ({"compose.yaml": WHOLE, "compose.override.yaml": PART}, [["compose.yaml", "compose.override.yaml"]]),
        ({"docker-compose.override.yml": WHOLE}, []),
        (
            {"compose.yaml": WHOLE, "docker-compose.prod.yml": WHOLE, "compose.dev.yaml": PART},
            [["compose.yaml"], ["docker-compose.prod.yml"]],
        ),
        ({"docker-compose-litellm.yml": WHOLE, "litellm.compose.yml": WHOLE}, None),
        ({"config.yaml": WHOLE, "composer.yaml": WHOLE, "compose.txt": WHOLE}, []),
        ({"compose.broken.yaml": "a: b: c"}, [["compose.broken.yaml"]]),
        (
            {
                "compose.yaml": WHOLE,
                "base.yaml": WHOLE,
                "compose.prod.yaml": PART,
                ".env": "COMPOSE_FILE=base.yaml:compose.prod.yaml",
            },
            [["base.yaml", "compose.prod.yaml"]],
        ),
        ({"compose.yaml": WHOLE, ".env": "COMPOSE_FILE=compose.yaml;gone.yaml"}, [["compose.yaml", "gone.yaml"]]),
        (
            {"compose.yaml": WHOLE, ".env": "COMPOSE_PATH_SEPARATOR=,\nCOMPOSE_FILE=compose.yaml,a/b.yaml"},
            [["compose.yaml", "a/b.yaml"]],
        ),
    ],
)
def test_projects(tmp_path: Path, files: dict[str, str], projects: list[list[str]] | None) -> None:
    expected = [[name] for name in files] if projects is None else projects
    found = projects_in(write(tmp_path, files), tmp_path, list(files))
    assert [[path.relative_to(tmp_path).as_posix() for path in paths] for paths in found] == expected
