"""LH205 in its corners, for the cache and for Redis."""

from __future__ import annotations

from pathlib import Path

import pytest

from litellm_harden.deployment.model import ABSENT, Change, Renamed
from litellm_harden.rules.model import Applicability, Severity
from tests.rules.worlds import deployment, findings, not_judged, only, proxy

CACHE = "litellm_settings: {{cache: true, cache_params: {{{}}}}}\n"
PARAMS = "config:litellm_settings.cache_params"


def test_options_beside_a_url_that_may_win_are_not_judged(tmp_path: Path) -> None:
    text = CACHE.format("type: redis, host: redis, nosuch: 1")
    for image, flagged in (("main-latest", 0), ("v1.92.2", 0), ("v1.93.0", 1)):
        found = proxy(tmp_path, text, image=f"litellm/litellm:{image}", environment={"REDIS_URL": "redis://r"})
        assert len(findings(found, "LH205")) == flagged


def test_tls_that_works_is_not_switched_off_unasked(tmp_path: Path) -> None:
    found = proxy(tmp_path, CACHE.format("type: redis, host: a, ssl: false"), image="litellm/litellm:v1.92.2")
    _, fix = only(findings(found, "LH205"))
    assert fix.applicability is Applicability.UNSAFE
    assert "ssl: true" in fix.description


@pytest.mark.parametrize(
    ("settings", "flagged"),
    [
        *(("cache: true", True), ("cache: true, cache_params: {}", True)),
        *(("cache: true, cache_params: {type: redis, ttl: 60}", True), ("cache: false", False)),
        ("cache: true, cache_params: {type: redis, host: null}", True),
        *(("cache: true, cache_params: {ttl: 60}", False), ("cache: true, cache_params: {type: local}", False)),
        ("cache: true, cache_params: {type: redis, host: os.environ/NOWHERE}", False),  # LH206
        ("cache: true, cache_params: {type: redis, redis_startup_nodes: [{host: a, port: 1}]}", False),
    ],
)
def test_a_cache_without_a_redis(tmp_path: Path, settings: str, flagged: bool) -> None:
    found = findings(proxy(tmp_path, f"model_list: []\nlitellm_settings: {{{settings}}}\n"), "LH205")
    assert [(one.address, one.severity) for one in found] == (
        [("config:litellm_settings.cache", Severity.CRITICAL)] if flagged else []
    )
    assert all("does not start" in one.message for one in found)


@pytest.mark.parametrize("name", ["REDIS_HOST", "REDIS_URL", "REDIS_CLUSTER_NODES", "REDIS_SENTINEL_NODES"])
def test_a_redis_that_a_variable_names_is_one(tmp_path: Path, name: str) -> None:
    assert not findings(proxy(tmp_path, "litellm_settings: {cache: true}\n", environment={name: "r"}), "LH205")


def test_a_redis_that_a_variable_may_name_is_not_judged(tmp_path: Path) -> None:
    text = "model_list: []\nlitellm_settings: {cache: true}\n"
    for found in (deployment(tmp_path, {"config.yaml": text}), proxy(tmp_path, text, service="env_file: [.env]")):
        assert not findings(found, "LH205")
        assert [one.address for one in not_judged(found, "LH205")] == ["config:litellm_settings.cache"]


@pytest.mark.parametrize(
    ("params", "changes"),
    [
        ("type: redis, host: redis, ttl: 60, mode: default_off, similarity_threshold: 1, db: 1", []),
        ("type: redis, host: redis, redis_port: 1", [Change(f"{PARAMS}.redis_port", Renamed("port"))]),
        ("type: redis, host: redis, port: 1, redis_port: 1", [Change(f"{PARAMS}.redis_port", ABSENT)]),
        ("type: redis, redis_url: 'redis://a'", [Change(f"{PARAMS}.redis_url", Renamed("url"))]),
        ("type: redis, url: 'redis://a', nosuch: 1", []),
        ("type: redis, redis_startup_nodes: [{host: a}], host: a, nosuch: 1", []),
        ("type: local, nosuch: 1", []),
        ("type: s3, nosuch: 1", []),
    ],
)
def test_options_of_a_redis_by_host(tmp_path: Path, params: str, changes: list[Change]) -> None:
    found = findings(proxy(tmp_path, CACHE.format(params)), "LH205")
    assert [change for finding in found if finding.fix for change in finding.fix.changes] == changes


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        ("litellm_settings: {cache_params: {type: redis, host: a, nosuch: 1}}\n", False),
        ("router_settings: {redis_host: a, cache_kwargs: {nosuch: 1}}\n", False),
        ("router_settings: {redis_host: a, redis_port: 1, cache_kwargs: {nosuch: 1}}\n", True),
    ],
)
def test_options_that_nothing_uses_do_no_harm(tmp_path: Path, text: str, flagged: bool) -> None:
    assert bool(findings(proxy(tmp_path, text), "LH205")) is flagged


def test_a_url_beside_a_host_is_renamed_on_demand_alone(tmp_path: Path) -> None:
    found = proxy(tmp_path, CACHE.format("type: redis, host: a, redis_url: 'redis://b'"))
    _, fix = only(findings(found, "LH205"))
    assert fix.applicability is Applicability.UNSAFE
