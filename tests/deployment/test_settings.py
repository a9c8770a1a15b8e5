"""What the proxy sees of its environment, arguments and config, and where that is decided."""

from pathlib import Path

import pytest

from litellm_harden.deployment.model import Owner, State
from tests.deploy import deploy, find

COMPOSE = """
    services:
      litellm:
        image: ghcr.io/berriai/litellm:v1.81.0-stable
        command: ["--config", "/app/config.yaml", "--num_workers=2", "--detailed_debug"]
        env_file: [.env]
        environment:
          LITELLM_LOG: INFO
        volumes:
          - ./config.yaml:/app/config.yaml:ro
"""
CONFIG = """
    general_settings:
      database_connection_pool_limit: 25
      alerting: on
    router_settings:
      num_retries: os.environ/RETRIES
"""
FILES = {"docker-compose.yml": COMPOSE, "config.yaml": CONFIG, ".env": "LITELLM_LOG=DEBUG\nRETRIES=3\n"}


def test_environment_beats_env_file_and_says_what_it_shadows(tmp_path: Path) -> None:
    setting = deploy(tmp_path, FILES).setting("env:LITELLM_LOG")
    assert (setting.state, setting.value) == (State.KNOWN, "INFO")
    assert setting.origin is not None and setting.origin.file == tmp_path / "docker-compose.yml"
    assert [shadow.file.name for shadow in setting.shadows] == [".env"]


def test_arguments_are_read_in_either_form(tmp_path: Path) -> None:
    deployment = deploy(tmp_path, FILES)
    assert deployment.setting("arg:--num_workers").value == "2"
    assert deployment.setting("arg:--detailed_debug").value is True
    assert deployment.setting("arg:--run_gunicorn").absent


def test_config_is_read_through_its_mount_as_yaml_1_1(tmp_path: Path) -> None:
    deployment = deploy(tmp_path, FILES)
    assert deployment.setting("config:general_settings.database_connection_pool_limit").value == 25
    assert deployment.setting("config:general_settings.alerting").value is True


def test_a_reference_gives_text_even_for_numbers(tmp_path: Path) -> None:
    assert deploy(tmp_path, FILES).setting("config:router_settings.num_retries").value == "3"


def test_without_its_env_file_only_what_it_could_decide_is_unknown(tmp_path: Path) -> None:
    deployment = deploy(tmp_path, {name: text for name, text in FILES.items() if name != ".env"})
    assert deployment.setting("env:LITELLM_LOG").value == "INFO"
    missing = deployment.setting("env:LITELLM_MODE")
    assert missing.unknown and ".env is not here" in missing.reason
    assert deployment.setting("config:router_settings.num_retries").unknown


def test_env_file_option_supplies_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    supplied = tmp_path / "secrets" / "prod.env"
    supplied.write_text("LITELLM_MODE=PRODUCTION\n")
    files = {name: text for name, text in FILES.items() if name != ".env"}
    deployment = deploy(tmp_path, files, Owner(env_files=(supplied,)))
    assert deployment.setting("env:LITELLM_MODE").value == "PRODUCTION"
    assert deployment.setting("env:OTHER").absent


def test_an_absent_setting_is_located_where_it_would_be_written(tmp_path: Path) -> None:
    deployment = deploy(tmp_path, FILES)
    setting = deployment.setting("config:router_settings.retry_policy.TimeoutErrorRetries")
    assert setting.absent and setting.origin is not None
    text = deployment.workspace.source(setting.origin.file).text
    assert text[setting.origin.span.start : setting.origin.span.end] == "router_settings"


@pytest.mark.parametrize(
    ("value", "state", "expected"),
    [
        ("${LOG:-DEBUG}", State.KNOWN, "DEBUG"),
        ("${LOG}", State.UNKNOWN, None),
        ("$${LOG}", State.KNOWN, "${LOG}"),
    ],
)
def test_interpolation(tmp_path: Path, value: str, state: State, expected: str | None) -> None:
    files = {**FILES, "docker-compose.yml": COMPOSE.replace("INFO", f'"{value}"')}
    setting = deploy(tmp_path, files).setting("env:LITELLM_LOG")
    assert (setting.state, setting.value) == (state, expected)


def test_an_included_section_replaces_the_whole_one(tmp_path: Path) -> None:
    files = {
        "config.yaml": """
            include: [more.yaml]
            router_settings: {cooldown_time: 120, timeout: 5}
            model_list:
              - {model_name: a, litellm_params: {model: openai/a}}
        """,
        "more.yaml": """
            router_settings: {cooldown_time: 30}
            model_list:
              - {model_name: a, litellm_params: {model: azure/a}}
        """,
    }
    deployment = deploy(tmp_path, files)
    assert deployment.setting("config:router_settings.cooldown_time").value == 30
    assert deployment.setting("config:router_settings.timeout").origin is not None
    assert deployment.model_groups == {"a": 2}


def test_config_variables_override_the_process_environment_unless_read_before(tmp_path: Path) -> None:
    variables = "environment_variables: {LITELLM_LOG: ERROR, RETRIES: 9}\nlitellm_settings: {}\n"
    deployment = deploy(tmp_path, {**FILES, "config.yaml": variables})
    setting = deployment.setting("env:RETRIES")
    assert setting.value == "9"
    assert setting.origin is not None and setting.origin.file.name == "config.yaml"
    assert deployment.setting("env:LITELLM_LOG").value == "INFO"


def test_a_config_that_nothing_loads_is_not_judged(tmp_path: Path) -> None:
    files = {**FILES, "docker-compose.yml": COMPOSE.replace('"--config", "/app/config.yaml", ', "")}
    setting = deploy(tmp_path, files).setting("config:general_settings.database_connection_pool_limit")
    assert setting.unknown and "neither --config nor CONFIG_FILE_PATH names it" in setting.reason


def test_what_a_shell_script_starts_is_not_judged(tmp_path: Path) -> None:
    compose = COMPOSE.replace("env_file: [.env]", 'entrypoint: ["sh", "/start.sh"]')
    setting = deploy(tmp_path, {**FILES, "docker-compose.yml": compose}).setting("arg:--num_workers")
    assert setting.unknown


@pytest.mark.parametrize(
    ("image", "dockerfile", "version", "source"),
    [
        ("ghcr.io/berriai/litellm:v1.81.0-stable", None, "1.81.0", "image"),
        ("ghcr.io/berriai/litellm:main-v1.80.5-nightly", None, "1.80.5", "image"),
        ("ghcr.io/berriai/litellm:main-stable", None, None, None),
        ("litellm/litellm@sha256:00", None, None, None),
        (None, "FROM python:3.12-slim\nRUN pip install 'litellm[proxy]==1.83.0'\nCMD [\"litellm\"]\n", "1.83.0", "pip"),
        (None, "ARG V=v1.90.1\nFROM ghcr.io/berriai/litellm:$V\n", "1.90.1", "image"),
    ],
)
def test_version(tmp_path: Path, image: str | None, dockerfile: str | None, version: str, source: str) -> None:
    what = f"image: {image}" if image else "build: ."
    files = {"compose.yaml": f"services:\n  proxy:\n    {what}\n"} | ({"Dockerfile": dockerfile} if dockerfile else {})
    deployment = deploy(tmp_path, files)
    assert (str(deployment.version) if deployment.version else None, deployment.version_source) == (version, source)


def test_discovery_finds_each_kind_once(tmp_path: Path) -> None:
    found = find(
        tmp_path,
        {
            "a/compose.yaml": "services:\n  x: {image: 'litellm/litellm:v1.81.0'}\n  y: {image: nginx}\n",
            "b/Dockerfile": "FROM ghcr.io/berriai/litellm:main-stable\nCOPY config.yaml /app/config.yaml\n"
            'CMD ["--config", "/app/config.yaml"]\n',
            "b/config.yaml": "litellm_settings: {}\n",
            "c/config.yaml": "model_list:\n  - {model_name: m, litellm_params: {model: openai/m}}\n",
            "d/Dockerfile": "FROM python:3.12\nRUN pip install litellm\nCMD python app.py\n",
            "e/prometheus.yml": "scrape_configs: []\n",
            "node_modules/z/config.yaml": "litellm_settings: {}\n",
        },
    )
    assert [str(one.root.relative_to(tmp_path)) for one in found.deployments] == ["a", "b", "c"]
    assert not found.problems


def test_a_broken_file_is_a_problem_with_its_line(tmp_path: Path) -> None:
    found = find(tmp_path, {**FILES, "config.yaml": "general_settings:\n  a: [1\nb: 2\n"})
    assert [(problem.file.name, problem.line) for problem in found.problems] == [("config.yaml", 3)]


def test_a_compose_file_that_is_named_and_not_here_leaves_the_service_open(tmp_path: Path) -> None:
    files = {**FILES, ".env": "COMPOSE_FILE=docker-compose.yml:docker-compose.prod.yml\n"}
    deployment = deploy(tmp_path, files)
    for address in ("env:LITELLM_LOG", "arg:--num_workers", "proxy:stop_grace_period"):
        setting = deployment.setting(address)
        assert setting.unknown and "docker-compose.prod.yml" in setting.reason
