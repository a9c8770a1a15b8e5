"""What counts as a deployment, and what does not."""

from pathlib import Path

from litellm_harden.deployment.discovery import Discovered
from tests.deploy import find

PROXY = (
    "services:\n  litellm:\n    image: litellm/litellm:v1.81.0\n"
    '    command: ["--config", "/app/config.yaml"]\n    volumes: ["./config.yaml:/app/config.yaml"]\n'
)
CONFIG = "litellm_settings: {}\n"


def names(found: Discovered) -> list[str]:
    return [f"{one.service} in {one.files.compose[0].name}" for one in found.deployments if one.service]


def test_a_compose_file_that_only_adds_to_the_main_one_is_not_judged_alone(tmp_path: Path) -> None:
    overlay = 'services:\n  litellm:\n    image: litellm/litellm:v1.81.0\n    environment: {NUM_WORKERS: "4"}\n'
    found = find(tmp_path, {"docker-compose.yml": PROXY, "docker-compose.prod.yml": overlay, "config.yaml": CONFIG})
    assert names(found) == ["litellm in docker-compose.yml"]


def test_a_variant_that_says_all_of_its_start_is_judged_too(tmp_path: Path) -> None:
    found = find(tmp_path, {"docker-compose.yml": PROXY, "docker-compose.server.yml": PROXY, "config.yaml": CONFIG})
    assert names(found) == ["litellm in docker-compose.yml", "litellm in docker-compose.server.yml"]


def test_what_another_project_includes_is_judged_once(tmp_path: Path) -> None:
    found = find(
        tmp_path,
        {"compose.yaml": "include: [inner/compose.yaml]\n", "inner/compose.yaml": PROXY, "inner/config.yaml": CONFIG},
    )
    assert len(found.deployments) == 1


def test_a_service_that_runs_something_else_in_the_same_image_is_no_proxy(tmp_path: Path) -> None:
    migrate = (
        "  migrate:\n    image: litellm/litellm:v1.81.0\n    entrypoint: ['python', 'migrate.py']\n"
        "    volumes: ['./config.yaml:/app/config.yaml']\n"
    )
    found = find(tmp_path, {"compose.yaml": PROXY + migrate, "config.yaml": CONFIG})
    assert names(found) == ["litellm in compose.yaml"]
    assert not found.deployments[0].seed.shared.get(tmp_path / "config.yaml")


def test_a_config_that_is_not_utf_8_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"model_list: [] # \xff\n")
    (tmp_path / "wide.yaml").write_text("router_settings: {}\n", encoding="utf-16")
    found = find(tmp_path, {"config.yaml": CONFIG})
    assert {problem.file.name for problem in found.problems} == {"latin.yaml", "wide.yaml"}


def test_an_image_named_after_litellm_is_a_proxy_however_it_is_built(tmp_path: Path) -> None:
    compose = "services:\n  gateway:\n    image: ghcr.io/acme/litellm-gateway:1\n    build: .\n"
    found = find(tmp_path, {"compose.yaml": compose, "Dockerfile": "FROM acme/base\n"})
    assert names(found) == ["gateway in compose.yaml"]


def test_a_compose_file_that_completes_the_main_one_is_judged_with_it(tmp_path: Path) -> None:
    main = "services:\n  litellm:\n    restart: unless-stopped\n"
    image = "services:\n  litellm:\n    image: litellm/litellm:v1.81.0\n"
    found = find(tmp_path, {"docker-compose.yml": main, "docker-compose.dev.yml": image})
    assert names(found) == ["litellm in docker-compose.yml"]
    assert found.deployments[0].setting("proxy:restart").value == "unless-stopped"
