"""LH201, LH202, LH203 and LH211 in their corners: what LiteLLM ignores, where it would look, and what is left alone."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from litellm_harden.deployment.model import ABSENT, Change, Renamed
from litellm_harden.litellm import catalogue
from litellm_harden.litellm.inert import inert
from litellm_harden.litellm.versions import parse
from litellm_harden.rules.model import Applicability, Severity
from tests.rules.worlds import compose, deployment, findings, not_judged, only, planned, proxy

SECTIONS = ("general_settings", "litellm_settings", "router_settings")
IDS = ("LH201", "LH202", "LH203", "LH211")
CACHE = "litellm_settings: {{cache: true, cache_params: {{{}}}}}\n"


def told(folder: Path, config: str, version: str | None = "1.109.1") -> list[tuple[str, str]]:
    """The rules that speak, and of which address of the config."""
    found = deployment(folder, {"config.yaml": config}, litellm_version=version)
    return [(finding.rule.id, finding.address.removeprefix("config:")) for finding in findings(found, *IDS)]


@pytest.mark.parametrize(
    "config",
    [
        "general_settings: {master_key: sk-x, x-note: 1, _ours: 2}\n",
        "x-shared: {a: 1}\n.defaults: 1\ngeneral_settings: {store_model_in_db: true}\n",
        "defaults: &defaults\n  api_key: os.environ/KEY\nmodel_list: []\n",
        "shared: [&key os.environ/KEY]\nmodel_list: []\n",
        "model_list:\n- model_name: a\n  litellm_params: {model: openai/a, made_up: 1}\n  model_info: {ours: 1}\n",
        "model_list:\n- {model_name: a, rpm: 1, tpm: 2, ours: 3, litellm_params: {model: openai/a}}\n",
        "litellm_settings: {langfuse: {ours: 1}, callbacks: [langfuse]}\n",
        "callback_settings: {otel: {ours: 1}}\nmodel_list: []\n",
        "router_settings: {cache_kwargs: {ours: 1}, routing_strategy_args: {ours: 1}}\n",
        "general_settings: {1: 2, true: 3, null: 4}\n",
        "general_settings: {}\nrouter_settings: []\nlitellm_settings: text\nmodel_list: {}\n",
    ],
)
def test_what_may_be_called_anything_is_left_alone(tmp_path: Path, config: str) -> None:
    assert told(tmp_path, config) == []


@pytest.mark.parametrize("version", ["1.75.0", "1.81.0", "1.81.5", "1.96.2", "1.109.1"])
def test_what_a_release_knows_is_never_strange_to_it(tmp_path: Path, version: str) -> None:
    release = parse(version)
    assert release is not None
    stated = {name: dict.fromkeys(catalogue.known(name, release), 1) for name in SECTIONS}
    config = {**dict.fromkeys(catalogue.known(catalogue.TOP, release), 1), **stated}
    assert told(tmp_path, yaml.safe_dump(config), version) == [
        ("LH203", f"{section}.{key}")
        for section in sorted(SECTIONS)
        for key in sorted(stated[section])
        if inert(section, key, release)
    ]


@pytest.mark.parametrize("section", [catalogue.TOP, *SECTIONS])
@given(key=st.from_regex(r"[a-z]{3}_qq[xz]{6}_[a-z]{3}", fullmatch=True))
def test_what_no_release_knows_is_told_by_one_rule(section: str, key: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        mapping = {key: 1} if section == catalogue.TOP else {section: {key: 1}}
        found = told(Path(folder), yaml.safe_dump({"model_list": [], **mapping}), "1.109.1")
        assert found == [("LH201", key if section == catalogue.TOP else f"{section}.{key}")]


@pytest.mark.parametrize(
    ("params", "ignored"),
    [
        ("type: local, ours: 1", True),
        ("ours: 1", True),
        ("type: redis-semantic, redis_url: redis://r, similarity_threshold: 0.8, ours: 1", True),
        ("type: redis, url: redis://r, ours: 1", True),
        ("type: redis, host: r, port: 6379, ours: 1", False),  # stops the boot
        ("type: redis, ours: 1", False),
        ("type: s3, ours: 1", False),
        ("type: os.environ/KIND, ours: 1", False),
    ],
)
def test_parameters_of_a_cache_that_drops_what_it_does_not_know(tmp_path: Path, params: str, ignored: bool) -> None:
    expected = [("LH201", "litellm_settings.cache_params.ours")] if ignored else []
    assert told(tmp_path, CACHE.format(params)) == expected


def test_a_cache_that_is_off_is_not_judged(tmp_path: Path) -> None:
    assert told(tmp_path, "litellm_settings: {cache_params: {ours: 1}}\n") == []


@pytest.mark.parametrize(
    ("config", "address", "severity"),
    [
        ("master_key: sk-x\nmodel_list: []\n", "master_key", Severity.HIGH),
        ("router_settings: {drop_params: true}\n", "router_settings.drop_params", Severity.HIGH),
        ("litellm_settings: {general_settings: {a: 1}}\n", "litellm_settings.general_settings", Severity.HIGH),
        ("litellm_settings: {TimeoutErrorRetries: 1}\n", "litellm_settings.TimeoutErrorRetries", Severity.HIGH),
        ("router_settings: {redis_ssl: true}\n", "router_settings.redis_ssl", Severity.HIGH),
        (
            "model_list: [{model_name: a, access_groups: [b], litellm_params: {model: a}}]\n",
            "model_list.0.access_groups",
            Severity.HIGH,
        ),
        (
            "model_list: [{model_name: a, id: b, litellm_params: {model: a}}]\n",
            "model_list.0.id",
            Severity.HIGH,
        ),
        ("general_settings: {num_workers: 4}\n", "general_settings.num_workers", Severity.MEDIUM),
        ("general_settings: {run_gunicorn: true}\n", "general_settings.run_gunicorn", Severity.MEDIUM),
    ],
)
def test_misplaced(tmp_path: Path, config: str, address: str, severity: Severity) -> None:
    found = deployment(tmp_path, {"config.yaml": config}, litellm_version="1.109.1")
    finding, _ = only(findings(found, *IDS))
    assert (finding.rule.id, finding.address, finding.severity) == ("LH202", f"config:{address}", severity)


def test_a_misplaced_key_moves_unless_that_needs_a_look(tmp_path: Path) -> None:
    config = "general_settings:\n  request_timeout: 7\n  fallbacks: [{a: [b]}]\n  num_retries: 1\n"
    found = proxy(tmp_path, f"{config}router_settings: {{num_retries: 2}}\n")
    fixes = {finding.address: finding.fix for finding in findings(found, "LH202")}
    timeout = fixes.pop("config:general_settings.request_timeout")
    assert timeout is not None
    assert timeout.applicability is Applicability.UNSAFE
    assert timeout.changes == (
        Change("config:litellm_settings.request_timeout", 7),
        Change("config:general_settings.request_timeout", ABSENT),
    )
    assert [fix and fix.applicability for fix in fixes.values()] == [Applicability.MANUAL] * 2


def test_an_option_of_the_routers_redis_moves_to_its_own(tmp_path: Path) -> None:
    found = deployment(tmp_path, {"config.yaml": "router_settings: {redis_username: u}\n"}, litellm_version="1.81.0")
    finding, fix = only(findings(found, *IDS))
    assert "reads username in router_settings.cache_kwargs" in finding.message
    assert fix.changes[0] == Change("config:router_settings.cache_kwargs.username", "u")


def test_a_key_that_an_unknown_release_may_read_where_it_stands_is_left_alone(tmp_path: Path) -> None:
    config = "router_settings: {alert_to_webhook_url: {a: b}}\n"
    assert told(tmp_path, config, None) == []
    assert told(tmp_path, config) == [("LH202", "router_settings.alert_to_webhook_url")]


@pytest.mark.parametrize(
    ("key", "version", "since"),
    [
        ("qdrant_semantic_cache_vector_size", "1.76.3", "1.81.16"),
        ("valkey_semantic_cache_embedding_model", "1.81.0", "1.90.0"),
    ],
)
def test_a_parameter_of_the_cache_that_came_later(tmp_path: Path, key: str, version: str, since: str) -> None:
    config = CACHE.format(f"type: qdrant-semantic, {key}: 1")
    found = deployment(tmp_path, {"config.yaml": config}, litellm_version=version)
    finding, fix = only(findings(found, "LH201"))
    assert finding.message.startswith(f"LiteLLM {version} ignores {key}")
    assert f"use LiteLLM {since} or later" in fix.description


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("ignore_invalid_deployments", "from 1.101.0 on; before, the proxy does not start with it"),
        ("search_tools", "from 1.101.0 on"),
    ],
)
def test_where_the_release_is_unknown_a_claim_says_of_which_it_is_true(tmp_path: Path, key: str, said: str) -> None:
    for version, limited in ((None, True), ("1.106.2", False)):
        found = deployment(tmp_path, {"config.yaml": f"router_settings: {{{key}: []}}\n"}, litellm_version=version)
        [finding] = findings(found, *IDS)
        assert finding.message.endswith(said) is limited


def test_the_health_checks_of_the_router_are_misplaced_until_they_stop_the_boot(tmp_path: Path) -> None:
    config = "router_settings: {health_check_interval: 60}\n"
    assert told(tmp_path, config, "1.81.1") == [("LH202", "router_settings.health_check_interval")]
    assert told(tmp_path, config, "1.81.3") == []


@pytest.mark.parametrize("policy", ["retry_policy: {{{}}}", "model_group_retry_policy: {{chat: {{{}}}}}"])
def test_a_misspelt_field_of_a_policy(tmp_path: Path, policy: str) -> None:
    found = proxy(tmp_path, f"router_settings: {{{policy.format('TimeoutErrorRetry: 1')}}}\n")
    finding, fix = only(findings(found, "LH201"))
    assert fix.changes == (Change(finding.address, Renamed("TimeoutErrorRetries")),)
    assert fix.applicability is Applicability.UNSAFE


def test_a_misspelt_key_beside_the_right_one_is_left_to_its_owner(tmp_path: Path) -> None:
    found = proxy(tmp_path, "router_settings: {fallback: [], fallbacks: []}\n")
    _, fix = only(findings(found, "LH201"))
    assert fix.applicability is Applicability.MANUAL


def test_a_policy_that_is_completed_and_respelt_keeps_one_number_for_each_error(tmp_path: Path) -> None:
    found = proxy(tmp_path, "model_list: []\nrouter_settings:\n  retry_policy:\n    TimeoutErorRetries: 9\n")
    plan = planned(found, "LH201", "LH043", unsafe=True)
    assert plan.workspace.source(tmp_path / "config.yaml").text.count("TimeoutErrorRetries") == 1


@pytest.mark.parametrize(
    ("key", "version", "rules"),
    [
        ("enable_weighted_failover", "1.81.0", ["LH201"]),  # came with 1.86.2
        ("enable_weighted_failover", "1.109.1", []),
        ("enable_weighted_failover", None, []),
        ("num_retry", None, ["LH201"]),
        ("num_retry", "1.74.0", []),  # nothing is known of that release
    ],
)
def test_by_release(tmp_path: Path, key: str, version: str | None, rules: list[str]) -> None:
    assert [rule for rule, _ in told(tmp_path, f"router_settings: {{{key}: 1}}\n", version)] == rules


@pytest.mark.parametrize(
    ("version", "rules"),
    [("1.83.14", []), ("1.83.20", []), ("1.84.0", ["LH211"]), ("1.109.1", ["LH211"]), (None, [])],
)
def test_removed(tmp_path: Path, version: str | None, rules: list[str]) -> None:
    config = "general_settings: {disable_adding_master_key_hash_to_db: true}\n"
    assert [rule for rule, _ in told(tmp_path, config, version)] == rules


def test_no_key_is_sent_to_where_it_has_no_effect(tmp_path: Path) -> None:
    assert told(tmp_path, "general_settings: {max_user_budget: 1}\n") == [("LH201", "general_settings.max_user_budget")]


def test_a_release_beyond_the_catalogue_is_not_judged(tmp_path: Path) -> None:
    files = {"config.yaml": "general_settings: {brand_new: 1}\n"}
    found = deployment(tmp_path, files, litellm_version="1.200.0")
    assert not findings(found, *IDS)
    assert [each.address for each in not_judged(found, *IDS)] == ["config:general_settings.brand_new"]


@pytest.mark.parametrize(
    ("config", "rules"),
    [
        ("general_settings: {salt_key: x}\n", ["LH203"]),
        ("litellm_settings: {telemetry: false}\n", ["LH203"]),
        ("router_settings: {redis_connection_pool_timeout: 5}\n", ["LH203"]),
        ("general_settings: {health_check_interval: 60, background_health_checks: false}\n", ["LH203"]),
        ("general_settings: {health_check_interval: 60, background_health_checks: true}\n", []),
        ("general_settings: {health_check_interval: 60, background_health_checks: os.environ/CHECKS}\n", []),
        ("general_settings: {database_connection_pool_timeout: 60}\n", []),
    ],
)
def test_without_effect(tmp_path: Path, config: str, rules: list[str]) -> None:
    found = proxy(tmp_path, config, service="env_file: [.env]")
    assert [finding.rule.id for finding in findings(found, *IDS)] == rules


@pytest.mark.parametrize(("version", "fixes"), [("1.84.7", 1), ("1.84.8", 0)])
def test_the_connection_timeout_by_release(tmp_path: Path, version: str, fixes: int) -> None:
    config = {"config.yaml": "general_settings: {database_connection_timeout: 30}\n"}
    found = findings(deployment(tmp_path, config, litellm_version=version), *IDS)
    changes = [Change(finding.address, Renamed("database_connection_pool_timeout")) for finding in found]
    assert [change for finding in found if finding.fix for change in finding.fix.changes] == changes
    assert len(found) == fixes


@pytest.mark.parametrize(("version", "rules"), [("1.100.9", []), ("1.101.0", ["LH203"])])
def test_what_the_proxy_passes_to_the_router_itself(tmp_path: Path, version: str, rules: list[str]) -> None:
    assert [rule for rule, _ in told(tmp_path, "router_settings: {assistants_config: {}}\n", version)] == rules


def test_variables_and_options_without_effect(tmp_path: Path) -> None:
    found = proxy(tmp_path, arguments="--telemetry False", environment={"USE_PRISMA_MIGRATE": "True"})
    assert [finding.address for finding in findings(found, "LH203")] == ["env:USE_PRISMA_MIGRATE", "arg:--telemetry"]


def test_a_misspelt_variable_of_litellm(tmp_path: Path) -> None:
    names = {"LITELLM_MASTERKEY": "sk-x", "LITELLM_SALTKEY": "x", "LITELLM_OURS": "y", "LITELM_LOG": "z"}
    config = "general_settings: {master_key: os.environ/LITELLM_MASTERKEY}\n"
    found = findings(proxy(tmp_path, config, environment=names), "LH201")
    assert [(finding.address, finding.expected) for finding in found] == [("env:LITELLM_SALTKEY", "LITELLM_SALT_KEY")]
    assert "x" not in {finding.value for finding in found}


def test_keys_of_included_files_are_found_there(tmp_path: Path) -> None:
    files = {
        "config.yaml": "include: [more.yaml]\nmodel_list: []\n",
        "more.yaml": "general_settings:\n  enable_swagger: true\n",
    }
    found = deployment(tmp_path, files, config=tmp_path / "config.yaml", litellm_version="1.109.1")
    [finding] = findings(found, *IDS)
    assert finding.origin is not None
    assert (finding.origin.file.name, finding.origin.value) == ("more.yaml", "enable_swagger")


@pytest.mark.parametrize("key", ["num_retry", "num_retrys"])
def test_a_plural_that_went_wrong_is_a_misspelling(key: str, tmp_path: Path) -> None:
    found = deployment(tmp_path, {"config.yaml": f"litellm_settings: {{{key}: 3}}\n", "compose.yaml": compose()})
    [finding] = findings(found, "LH201")
    assert "num_retries" in finding.message


def test_the_switch_of_a_cache_is_not_moved_without_the_cache(tmp_path: Path) -> None:
    config = "general_settings:\n  cache: true\n  cache_params: {type: local}\n"
    found = deployment(tmp_path, {"config.yaml": config, "compose.yaml": compose()})
    assert not planned(found, "LH202", unsafe=True).edits
