"""What counts as a deployment, and what does not."""

from pathlib import Path

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.deployment.discovery import Discovered, discover
from litellm_harden.deployment.model import Change, Owner
from litellm_harden.documents.base import Refusal
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


def test_a_config_that_a_link_leads_to_is_judged_once(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").symlink_to("shared/config.yaml")
    found = find(tmp_path, {"compose.yaml": PROXY, "shared/config.yaml": CONFIG})
    assert names(found) == ["litellm in compose.yaml"]
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


OVERLAY = (
    "services:\n  litellm:\n    restart: always\n    deploy: {replicas: 3}\n    command: ['--num_workers', '4']\n"
    "    healthcheck: {interval: 30s}\n    environment:\n      LITELLM_LOG: ERROR\n"
)


def overlaid(folder: Path, overlay: str, name: str = "docker-compose.prod.yml", env: str = "") -> Deployment:
    base = f"{PROXY}    environment:\n      LITELLM_MODE: PRODUCTION\n    env_file: [base.env]\n"
    files = {"docker-compose.yml": base, name: overlay, "config.yaml": CONFIG, "base.env": "A=1\n", ".env": env}
    [found] = find(folder, files).deployments
    return found


def test_what_a_file_states_that_may_be_merged_in_is_unknown(tmp_path: Path) -> None:
    found = overlaid(tmp_path, OVERLAY)
    for address in ("proxy:restart", "arg:--num_workers", "proxy:healthcheck.interval", "env:LITELLM_LOG"):
        assert found.setting(address).reason == "docker-compose.prod.yml, which may be merged in, states it"
    assert found.setting("env:LITELLM_MODE").value == "PRODUCTION"
    assert found.setting("env:A").value == "1"
    for address in ("env:DATABASE_URL", "proxy:healthcheck.test", "proxy:stop_grace_period"):
        assert found.setting(address).absent
    assert found.topology.instances is None


def test_an_env_file_that_may_be_merged_in_may_set_anything_weaker(tmp_path: Path) -> None:
    found = overlaid(tmp_path, "services: {litellm: {env_file: prod.env}}\n")
    assert found.setting("env:DATABASE_URL").unknown
    assert found.setting("env:A").unknown
    assert found.setting("env:LITELLM_MODE").known
    assert overlaid(tmp_path, "services: {litellm: {env_file: base.env}}\n").setting("env:DATABASE_URL").absent


def test_files_whose_merging_is_settled_leave_nothing_open(tmp_path: Path) -> None:
    found = overlaid(tmp_path, OVERLAY, "docker-compose.override.yml")
    assert found.setting("proxy:restart").value == "always"
    (tmp_path / "docker-compose.override.yml").unlink()
    listed = "COMPOSE_FILE=docker-compose.yml:docker-compose.prod.yml\n"
    assert overlaid(tmp_path, OVERLAY, env=listed).setting("proxy:restart").value == "always"


def test_what_a_file_adds_to_another_service_leaves_the_proxy_as_it_is(tmp_path: Path) -> None:
    found = overlaid(tmp_path, "services: {other: {restart: always}}\n")
    assert found.setting("proxy:restart").absent


def test_a_config_below_a_compose_file_that_cannot_be_read_is_not_edited(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services:\n  litellm:\n    image: litellm\n    test: a: b\n")
    (tmp_path / "config.yaml").write_text("model_list: []\nrouter_settings: {cooldown_time: 120}\n")
    [found] = discover([tmp_path], Owner()).deployments
    refusal = found.plan([Change("config:router_settings.cooldown_time", 60)])
    assert isinstance(refusal, Refusal)
    assert "compose.yaml, which cannot be read" in refusal.reason
