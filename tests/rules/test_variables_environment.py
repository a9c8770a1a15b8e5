"""Variables that stop the proxy or lose to another place, and configs that it does not load or not whole."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from litellm_harden.rules.model import Applicability, Severity
from tests.rules.test_variables import edited
from tests.rules.worlds import compose, deployment, findings, not_judged, only

OFFICIAL = "ghcr.io/berriai/litellm:v1.81.0-stable"
KEY, OTHER = "sk-9b1f6c03aa5e47d2", "sk-77aa10bb33dd92ce"


def service(*lines: str, image: str = OFFICIAL, more: str = "") -> str:
    body = "".join(f"    {line}\n" for line in (f"image: {image}", *lines))
    return f"services:\n  litellm:\n{body}{more}"


def said(folder: Path, files: Mapping[str, str], rule: str) -> list[str]:
    return [finding.message for finding in findings(deployment(folder, files), rule)]


@pytest.mark.parametrize("value", ["release", "app:*", "2"])
def test_a_flag_wants_a_boolean(value: str, tmp_path: Path) -> None:
    found = deployment(tmp_path, {"compose.yaml": service(f"environment: {{DEBUG: '{value}'}}")})
    finding, fix = only(findings(found, "LH214"))
    assert (finding.severity, fix.applicability) == (Severity.CRITICAL, Applicability.SAFE)
    assert "DEBUG: 'false'" in edited(found, "LH214")["compose.yaml"]


@pytest.mark.parametrize("written", ["PROXY_BATCH_WRITE_AT=", "PROXY_BATCH_WRITE_AT=60s", 'PROXY_BATCH_WRITE_AT="60"'])
def test_a_number_that_is_read_at_import_must_be_one(written: str, tmp_path: Path) -> None:
    found = deployment(tmp_path, {"compose.yaml": service(f"environment: ['{written}']")})
    finding, fix = only(findings(found, "LH214"))
    assert (finding.address, finding.severity) == ("env:PROXY_BATCH_WRITE_AT", Severity.CRITICAL)
    assert fix.applicability is (Applicability.SAFE if '"' in written else Applicability.MANUAL)


def test_a_number_that_may_be_set_elsewhere_is_not_judged(tmp_path: Path) -> None:
    lines = "environment: ['PROXY_BATCH_WRITE_AT=${PROXY_BATCH_WRITE_AT:-}']"
    found = deployment(tmp_path, {"compose.yaml": service(lines)})
    assert not findings(found, "LH214")
    assert [one.address for one in not_judged(found, "LH214")] == ["env:PROXY_BATCH_WRITE_AT"]


def test_an_env_file_that_others_may_read_is_left_alone(tmp_path: Path) -> None:
    files = {"all.env": "DEBUG=release\n", "compose.yaml": service("env_file: all.env")}
    assert only(findings(deployment(tmp_path, files), "LH214"))[1].applicability is Applicability.MANUAL


@pytest.mark.parametrize(
    "lines",
    [
        ["environment: {DEBUG: ' FALSE ', NUM_WORKERS: '', PORT: '4000', HOST: 0.0.0.0}", "ports: ['4000:4000']"],
        ["environment: {PROXY_BATCH_WRITE_AT: '60.0', MAX_CALLBACKS: many}"],
        ["environment: {NUM_WORKERS: many}", "command: ['--num_workers', '2']"],
        ["environment: {PORT: 'tcp://10.0.0.1:80'}"],  # the image passes --port 4000
        ["environment: {PORT: auto, SEPARATE_HEALTH_APP: '1'}", "command: ['--config', x.yaml]"],
        ["environment: {HOST: localhost}", "network_mode: host", "ports: ['4000:4000']"],
        ["environment: ['LITELLM_LOG=\"ERROR\"']"],  # LH032's
        ["environment: ['VIRTUAL_HOST=\"x\"']"],  # nothing of LiteLLM's
        ["environment: ['REDIS_URL=a \"b\"']"],
        ["environment: {UI_PASSWORD: '\"x\"'}"],  # quotes that somebody put there on purpose
    ],
)
def test_what_the_command_can_read_or_does_not_is_no_finding(lines: list[str], tmp_path: Path) -> None:
    assert said(tmp_path, {"compose.yaml": service(*lines)}, "LH214") == []


def test_a_start_that_cannot_be_read_is_not_judged(tmp_path: Path) -> None:
    files = {"compose.yaml": service("entrypoint: [sh, -c, 'litellm $$ARGUMENTS']", "environment: {PORT: auto}")}
    found = deployment(tmp_path, files)
    assert not findings(found, "LH214")
    assert [one.address for one in not_judged(found, "LH214")] == ["env:PORT"]


@pytest.mark.parametrize(
    ("name", "applicability"),
    [
        ("OPENAI_API_KEY", Applicability.SAFE),
        ("LITELLM_MASTER_KEY", Applicability.UNSAFE),
        ("LITELLM_SALT_KEY", Applicability.MANUAL),
    ],
)
def test_quotes_of_the_list_form_are_part_of_the_value(name: str, applicability: Applicability, tmp_path: Path) -> None:
    found = deployment(tmp_path, {"compose.yaml": service(f"environment: ['{name}=\"{KEY}\"']")})
    finding, fix = only(findings(found, "LH214"))
    assert (finding.severity, fix.applicability) == (Severity.HIGH, applicability)
    assert KEY not in finding.message + fix.description
    if fix.changes:
        assert f"['{name}={KEY}']" in edited(found, "LH214", unsafe=True)["compose.yaml"]


CONFIG = f"model_list: []\ngeneral_settings: {{master_key: {KEY}}}\nenvironment_variables: {{GREETING: late}}\n"


@pytest.mark.parametrize(
    ("environment", "loses"),
    [
        ({"LITELLM_MASTER_KEY": OTHER}, "LITELLM_MASTER_KEY of compose.yaml has no effect: master_key of config.yaml"),
        ({"GREETING": "early"}, "GREETING of compose.yaml has no effect: environment_variables of config.yaml"),
        ({"NUM_WORKERS": "4"}, "NUM_WORKERS of compose.yaml has no effect: --num_workers of compose.yaml"),
        (
            {"CONFIG_FILE_PATH": "/app/b.yaml"},
            "--config of compose.yaml has no effect: CONFIG_FILE_PATH of compose.yaml",
        ),
    ],
)
def test_the_place_that_loses_is_named(environment: dict[str, str], loses: str, tmp_path: Path) -> None:
    files = {"config.yaml": CONFIG, "compose.yaml": compose(arguments="--num_workers 2", environment=environment)}
    [message] = said(tmp_path, files, "LH208")
    assert message.startswith(loses)
    assert KEY not in message
    assert OTHER not in message


def test_the_same_value_twice_is_no_finding(tmp_path: Path) -> None:
    environment = {
        "LITELLM_MASTER_KEY": KEY,
        "GREETING": "late",
        "NUM_WORKERS": "2",
        "CONFIG_FILE_PATH": "/app/config.yaml",
    }
    files = {"config.yaml": CONFIG, "compose.yaml": compose(arguments="--num_workers 2", environment=environment)}
    assert said(tmp_path, files, "LH208") == []


@pytest.mark.parametrize(
    ("files", "count"),
    [
        ({"compose.yaml": service("environment: [UI_USERNAME=ada, UI_USERNAME=bob]")}, 1),
        ({"a.env": "UI_USERNAME=ada\nUI_USERNAME=bob\n", "compose.yaml": service("env_file: a.env")}, 1),
        ({"a.env": "UI_USERNAME=\nUI_USERNAME=bob\n", "compose.yaml": service("env_file: a.env")}, 0),
        ({"a.env": "PORT=1\n", "compose.yaml": service("env_file: a.env", "command: ['--port', '2']")}, 0),
        (
            {
                "a.env": "UI_USERNAME=ada\n",
                "b.env": "UI_USERNAME=bob\n",
                "compose.yaml": service("env_file: [a.env, b.env]"),
            },
            0,
        ),
        (
            {
                "compose.yaml": service("environment: [UI_USERNAME=ada]"),
                "compose.override.yaml": "services:\n  litellm:\n    environment: [UI_USERNAME=bob]\n",
            },
            0,
        ),
    ],
)
def test_what_is_there_to_be_overridden_is_no_finding(files: dict[str, str], count: int, tmp_path: Path) -> None:
    assert len(said(tmp_path, files, "LH208")) == count


@pytest.mark.parametrize(
    ("version", "config", "loses"),
    [
        (
            "1.81.0",
            "litellm_settings: {num_retries: 5}\nrouter_settings: {num_retries: 0}",
            "litellm_settings.num_retries",
        ),
        ("1.81.0", "litellm_settings: {num_retries: 5}\nrouter_settings: {num_retries: 5}", ""),
        ("1.81.0", "litellm_settings: {num_retries: 5}", ""),
        (
            "1.90.0",
            "litellm_settings: {request_timeout: 60}\nrouter_settings: {timeout: 30}",
            "litellm_settings.request",
        ),
        (
            "1.91.0",
            "litellm_settings: {request_timeout: 60}\nrouter_settings: {timeout: 30}",
            "router_settings.timeout",
        ),
        ("1.91.0", "litellm_settings: {request_timeout: 60}\nrouter_settings: {timeout: 60}", ""),
    ],
)
def test_of_two_sections_of_the_config_one_wins(tmp_path: Path, version: str, config: str, loses: str) -> None:
    image = f"ghcr.io/berriai/litellm:v{version}"
    messages = said(tmp_path, {"config.yaml": f"{config}\n", "compose.yaml": compose(image)}, "LH208")
    assert [message.startswith(loses) for message in messages] == ([True] if loses else [])


def test_which_section_wins_may_depend_on_a_release_that_is_not_known(tmp_path: Path) -> None:
    config = "litellm_settings: {request_timeout: 60}\nrouter_settings: {timeout: 30}\n"
    image = "ghcr.io/berriai/litellm:main-latest"
    [message] = said(tmp_path, {"config.yaml": config, "compose.yaml": compose(image)}, "LH208")
    assert "from LiteLLM 1.91.0 on" in message


MAIN = f"include: [team.yaml]\ngeneral_settings: {{master_key: {KEY}, store_model_in_db: true}}\n"


@pytest.mark.parametrize(
    ("team", "lost"),
    [
        ("general_settings: {store_model_in_db: true}\n", "master_key of config.yaml is lost"),
        ("general_settings: {alerting: [slack]}\n", "master_key, store_model_in_db of config.yaml are lost"),
        ("general_settings:\n", "master_key, store_model_in_db of config.yaml are lost"),
        ("general_settings: {master_key: x, store_model_in_db: false, alerting: [slack]}\n", ""),
        ("router_settings: {num_retries: 2}\n", ""),
    ],
)
def test_the_keys_that_an_include_takes_away_are_named(team: str, lost: str, tmp_path: Path) -> None:
    files = {
        "config.yaml": MAIN,
        "team.yaml": team,
        "compose.yaml": compose().replace("./config.yaml:/app/config.yaml", ".:/app"),
    }
    found = said(tmp_path, files, "LH215")
    assert [message.rpartition(": ")[2] for message in found] == ([lost] if lost else [])


ELSEWHERE = {"config.yaml": "model_list: []\n"}
MOUNTED = "volumes: ['./config.yaml:/etc/litellm.yaml'{}]"


def test_the_only_config_is_named_where_the_proxy_cannot_start_without(tmp_path: Path) -> None:
    lines = (
        f"environment: {{LITELLM_MASTER_KEY: {KEY}}}",
        "command: ['--config', 'litellm.yaml']",
        "working_dir: /srv",
    )
    found = deployment(tmp_path, {**ELSEWHERE, "compose.yaml": service(MOUNTED.format(""), *lines)})
    assert only(findings(found, "LH216"))[1].applicability is Applicability.SAFE
    assert "['--config', '/etc/litellm.yaml']" in edited(found, "LH216")["compose.yaml"]


def test_a_variable_that_names_no_file_leaves_the_proxy_without_its_config(tmp_path: Path) -> None:
    lines = (MOUNTED.format(""), "environment: {CONFIG_FILE_PATH: /app/config.yaml}")
    finding, fix = only(findings(deployment(tmp_path, {**ELSEWHERE, "compose.yaml": service(*lines)}), "LH216"))
    assert finding.message.endswith("the proxy runs without it")
    assert fix.applicability is Applicability.UNSAFE


@pytest.mark.parametrize(
    "lines",
    [
        [MOUNTED.format(", 'data:/app'"), "command: ['--config', '/app/config.yaml']"],
        [MOUNTED.format(", './conf:/app/conf'"), "command: ['--config', '/app/conf/config.yaml']"],
        [MOUNTED.format(""), "command: ['--config', '/app/proxy_server_config.yaml']"],
        [MOUNTED.format(""), "secrets: [config]", "command: ['--config', '/run/secrets/config']"],
        [MOUNTED.format(""), "environment: {LITELLM_CONFIG_BUCKET_NAME: bucket}"],
        [MOUNTED.format(""), "env_file: missing.env", "command: ['--config', '${CONFIG}']"],
        [MOUNTED.format(""), "entrypoint: [/start.sh]"],
    ],
)
def test_a_config_that_may_come_from_elsewhere_is_no_finding(lines: list[str], tmp_path: Path) -> None:
    assert said(tmp_path, {**ELSEWHERE, "compose.yaml": service(*lines)}, "LH216") == []


def test_which_of_several_configs_is_meant_is_left_to_the_owner(tmp_path: Path) -> None:
    files = {
        **ELSEWHERE,
        "other.yaml": "model_list: []\n",
        "compose.yaml": service(MOUNTED.format(", './other.yaml:/b.yaml'")),
    }
    assert only(findings(deployment(tmp_path, files), "LH216"))[1].applicability is Applicability.MANUAL


def test_an_image_may_still_be_started_with_a_config(tmp_path: Path) -> None:
    files = {**ELSEWHERE, "Dockerfile": f"FROM {OFFICIAL}\nCOPY config.yaml /app/config.yaml\n"}
    assert said(tmp_path, files, "LH216") == []
