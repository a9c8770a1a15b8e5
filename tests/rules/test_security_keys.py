"""LH305 and LH309: master keys, open metrics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.deployment.model import Secret
from litellm_harden.rules.inputs import made, misfit
from litellm_harden.rules.model import Applicability, Finding, Severity
from tests.rules.worlds import compose, deployment, findings, not_judged, only, planned

NEW = "sk-0f3a77c1d2e94b58"
OLD, NEWER = "ghcr.io/berriai/litellm:v1.81.0-stable", "ghcr.io/berriai/litellm:v1.106.2"
PERMIT = "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY"


def proxy(
    folder: Path, environment: dict[str, str], config: str = "model_list: []\n", image: str = OLD, **owner: Any
) -> Deployment:
    files = {"config.yaml": config, "compose.yaml": compose(image=image, environment=environment)}
    return deployment(folder, files, **owner)


def weak(found: Deployment) -> Finding:
    return only(findings(found, "LH305"))[0]


@pytest.mark.parametrize(
    ("environment", "image", "says"),
    [
        ({}, OLD, "the proxy answers everybody, and everybody is its admin"),
        ({}, "ghcr.io/berriai/litellm:v1.81.15-stable", "everybody is its admin"),
        ({}, NEWER, "refuses to start"),
        ({}, "ghcr.io/berriai/litellm:main-stable", "older ones answer everybody"),
        ({"LITELLM_MASTER_KEY": "sk-1234"}, OLD, "an example that everybody knows: whoever tries it"),
        ({"LITELLM_MASTER_KEY": "sk-1234"}, NEWER, "refuses to start"),
        ({"LITELLM_MASTER_KEY": ""}, NEWER, "is empty: the proxy refuses to start"),
    ],
)
def test_it_says_what_the_release_does(environment: dict[str, str], image: str, says: str, tmp_path: Path) -> None:
    finding = weak(proxy(tmp_path, environment, image=image))
    assert says in finding.message
    assert finding.severity is Severity.CRITICAL


@pytest.mark.parametrize(
    ("image", "permit"), [("ghcr.io/berriai/litellm:v1.81.16-stable", {}), (NEWER, {PERMIT: "true"})]
)
def test_later_releases_let_everybody_in_but_not_as_the_admin(
    image: str, permit: dict[str, str], tmp_path: Path
) -> None:
    assert weak(proxy(tmp_path, permit, image=image)).message == "no master key is set: the proxy answers everybody"


@pytest.mark.parametrize(
    ("key", "severity"),
    [
        ("sk-9b1f", Severity.MEDIUM),
        ("sk-desk-only-7Q", Severity.MEDIUM),
        ("${KEY:-sk-1234}", Severity.HIGH),
        ("${KEY:-sk-9b1f}", Severity.MEDIUM),
    ],
)
def test_some_keys_are_less_bad(key: str, severity: Severity, tmp_path: Path) -> None:
    assert weak(proxy(tmp_path, {"LITELLM_MASTER_KEY": key})).severity is severity


@pytest.mark.parametrize("key", [NEW, "kX9mPq2vvT77aa10bb33", "os.environ/KEY", "correct-horse-battery-staple"])
def test_other_keys_pass(key: str, tmp_path: Path) -> None:
    assert not findings(proxy(tmp_path, {"LITELLM_MASTER_KEY": key}), "LH305")


@pytest.mark.parametrize("stated", ["custom_auth: auth.check", "enable_oauth2_proxy_auth: true"])
def test_another_login_needs_no_key_until_the_proxy_asks_for_one(stated: str, tmp_path: Path) -> None:
    config = f"general_settings: {{{stated}}}\n"
    assert not findings(proxy(tmp_path, {}, config), "LH305")
    assert "refuses to start" in weak(proxy(tmp_path, {}, config, NEWER)).message


@pytest.mark.parametrize(
    ("stated", "says"),
    [
        ("custom_auth: null", "answers everybody"),
        ("enable_oauth2_proxy_auth: 'true'", "answers everybody"),
        ("enable_oauth2_proxy_auth: false", "answers everybody"),
        ("enable_jwt_auth: true", "enable_jwt_auth lets in whoever sends no token"),
        ("enable_jwt_auth: false", "answers everybody"),
        ("enable_oauth2_auth: true", "enable_oauth2_auth does not guard every route"),
        ("enable_oauth2_auth: 'true'", "answers everybody"),
    ],
)
def test_a_login_that_lets_calls_without_a_token_in_is_none(stated: str, says: str, tmp_path: Path) -> None:
    finding = weak(proxy(tmp_path, {}, f"general_settings: {{{stated}}}\n"))
    assert finding.severity is Severity.CRITICAL
    assert says in finding.message


@pytest.mark.parametrize(
    "service",
    [
        "entrypoint: [doppler, run, --, litellm]",
        "entrypoint: infisical run -- litellm",
        "entrypoint: [sh, -c, 'export LITELLM_MASTER_KEY=$(cat /run/secrets/key); exec litellm --port 4000']",
        "entrypoint: [sh, -c, 'LITELLM_MASTER_KEY=$(cat /run/secrets/key) litellm --port 4000']",
        "entrypoint: [env, LITELLM_MASTER_KEY=sk-9b1f6c03aa5e47d2, litellm]",
        "entrypoint: [/start.sh]",
    ],
)
def test_a_key_that_a_start_script_may_set_is_not_judged(service: str, tmp_path: Path) -> None:
    files = {"config.yaml": "model_list: []\n", "compose.yaml": compose(service=service)}
    found = deployment(tmp_path, files)
    assert not findings(found, "LH305")
    assert [one.rule.id for one in not_judged(found, "LH305")] == ["LH305"]


@pytest.mark.parametrize(
    "mount",
    ["./secret.env:/app/.env", "./start.sh:/app/docker/prod_entrypoint.sh", "./start.sh:/usr/local/bin/litellm"],
)
def test_a_key_that_a_mounted_file_may_set_is_not_judged(mount: str, tmp_path: Path) -> None:
    written = compose().replace("volumes: [", f'volumes: ["{mount}", ')
    found = deployment(
        tmp_path,
        {
            "config.yaml": "model_list: []\n",
            "compose.yaml": written,
            "secret.env": "A=b\n",
            "start.sh": "exec litellm\n",
        },
    )
    assert not findings(found, "LH305")
    assert [one.rule.id for one in not_judged(found, "LH305")] == ["LH305"]


@pytest.mark.parametrize("name", ["LITELLM_MASTER_KEY", "NOWHERE"])
def test_a_key_that_refers_to_nothing_is_told_once(name: str, tmp_path: Path) -> None:
    config = f"general_settings: {{master_key: os.environ/{name}}}\n"
    finding, _ = only(findings(proxy(tmp_path, {}, config), "LH206", "LH305"))
    assert (finding.rule.id, finding.severity) == ("LH206", Severity.CRITICAL)


def test_what_is_not_here_is_not_judged(tmp_path: Path) -> None:
    files = {"config.yaml": "model_list: []\n", "compose.yaml": compose(service="env_file: secret.env")}
    assert [one.rule.id for one in not_judged(deployment(tmp_path, files), "LH305")] == ["LH305"]


def test_it_stands_where_the_key_is_written(tmp_path: Path) -> None:
    config = "general_settings: {master_key: os.environ/GATEWAY_KEY}\n"
    found = proxy(tmp_path, {"GATEWAY_KEY": "sk-1234"}, config, values={"LITELLM_MASTER_KEY": NEW})
    finding, fix = only(findings(found, "LH305"))
    assert finding.address == "env:GATEWAY_KEY"
    assert [(change.address, change.value) for change in fix.changes] == [("env:GATEWAY_KEY", Secret(NEW))]


def test_a_key_that_encrypts_what_is_stored_is_not_changed(tmp_path: Path) -> None:
    stored = {"DATABASE_URL": "postgresql://u@pg/x", "LITELLM_MASTER_KEY": "sk-1234"}
    _, fix = only(findings(proxy(tmp_path, stored, values={"LITELLM_MASTER_KEY": NEW}), "LH305"))
    assert fix.applicability is Applicability.MANUAL
    assert "LITELLM_MIGRATE_FROM_MASTER_KEY" in fix.description


def test_with_a_salt_it_is(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=b\n")
    stored = {"DATABASE_URL": "postgresql://u@pg/x", "LITELLM_MASTER_KEY": "sk-1234", "LITELLM_SALT_KEY": "sk-9b1f6c03"}
    plan = planned(proxy(tmp_path, stored, values={"LITELLM_MASTER_KEY": NEW}), "LH305")
    assert plan.workspace.source(tmp_path / ".env").text == f"A=b\nLITELLM_MASTER_KEY={NEW}\n"


def test_the_owner_gives_a_strong_key() -> None:
    assert made("LITELLM_MASTER_KEY", "new").startswith("sk-")
    assert not misfit("LITELLM_MASTER_KEY", made("LITELLM_MASTER_KEY", "new"))
    assert misfit("LITELLM_MASTER_KEY", "sk-1234") == "that key is an example that everybody knows"


# Metrics

SERVED = "litellm_settings:\n  callbacks: [prometheus]\n"


@pytest.mark.parametrize(
    ("stated", "image", "severity"),
    [
        ("", OLD, Severity.MEDIUM),
        ('"true"', OLD, Severity.MEDIUM),
        ("true", OLD, None),
        ("false", NEWER, Severity.LOW),
        ("", NEWER, None),
    ],
)
def test_metrics_ask_for_a_key(stated: str, image: str, severity: Severity | None, tmp_path: Path) -> None:
    config = SERVED + (f"  require_auth_for_metrics_endpoint: {stated}\n" if stated else "")
    found = findings(proxy(tmp_path, {}, config, image), "LH309")
    assert [one.severity for one in found] == [severity] * (severity is not None)


@pytest.mark.parametrize(
    ("job", "applicability"), [("", "manual"), ("authorization: {credentials_file: /k}", "unsafe")]
)
def test_a_scrape_without_a_key_comes_first(job: str, applicability: str, tmp_path: Path) -> None:
    scrape = f"scrape_configs:\n  - job_name: a\n    {job}\n    static_configs: [{{targets: ['litellm:4000']}}]\n"
    more = "  prometheus:\n    image: prom/prometheus:v3.5.0\n    volumes: ['./p.yml:/etc/prometheus/prometheus.yml']\n"
    files = {"config.yaml": SERVED, "compose.yaml": compose(more=more), "p.yml": scrape}
    _, fix = only(findings(deployment(tmp_path, files), "LH309"))
    assert fix.applicability.value == applicability
