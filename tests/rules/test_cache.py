"""Item 10 in its corners: how long, when and what the cache keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from litellm_harden.deployment.model import Change, Excluding
from litellm_harden.rules.model import Applicability, Severity
from tests.rules.worlds import findings, not_judged, only, proxy

PARAMS = "config:litellm_settings.cache_params"
CACHED = "litellm_settings: {{cache: true, cache_params: {{{}}}}}\n"


@pytest.mark.parametrize(
    ("params", "address"),
    [
        ("type: redis, ttl: 599", "ttl"),
        ("type: redis, ttl: 600", None),
        ("type: redis, ttl: '3600'", None),
        ("type: redis, ttl: soon", "ttl"),
        ("type: redis", "ttl"),  # 60 s
        ("type: local", None),  # 600 s
        ("namespace: a", None),  # no type: in memory
        ("", "ttl"),  # no cache_params: Redis
        ("type: s3", "ttl"),  # for ever
        ("type: redis, ttl: 3600, default_in_redis_ttl: 30", "default_in_redis_ttl"),
        ("type: local, ttl: 3600, default_in_redis_ttl: 30", None),
        ("type: local, ttl: 10, default_in_memory_ttl: 900", None),
    ],
)
def test_how_long_an_answer_is_kept(tmp_path: Path, params: str, address: str | None) -> None:
    found = findings(proxy(tmp_path, CACHED.format(params)), "LH101")
    changes = [finding.fix.changes for finding in found if finding.fix]
    assert changes == ([(Change(f"{PARAMS}.{address}", 1800),)] if address else [])


def test_a_ttl_of_the_environment_that_is_not_here_is_not_judged(tmp_path: Path) -> None:
    found = proxy(tmp_path, CACHED.format("type: redis, ttl: os.environ/TTL"), service="env_file: [.env]")
    assert not findings(found, "LH101")
    assert not_judged(found, "LH101")


@pytest.mark.parametrize(
    "config",
    [
        "litellm_settings: {cache_params: {ttl: 1}}\n",
        "litellm_settings: {cache: 'true', cache_params: {ttl: 1}}\n",
        "router_settings: {cache_responses: false}\n" + CACHED.format("ttl: 1, mode: x"),
        CACHED.format("ttl: 1, mode: x, supported_call_types: []"),
    ],
)
def test_a_cache_that_keeps_no_answers_is_not_judged(tmp_path: Path, config: str) -> None:
    assert not findings(proxy(tmp_path, config), "LH101", "LH102", "LH103")


@pytest.mark.parametrize(
    ("mode", "word", "applicability"),
    [
        ("default_on", None, None),
        ("default_off", None, None),
        ("null", None, None),
        ("default-off", "default_off", Applicability.SAFE),
        ("opt_in_please", "default_off", Applicability.SAFE),
        ("Default_On", "default_on", Applicability.UNSAFE),
        ("on", "default_on", Applicability.UNSAFE),
        ("off", "default_off", Applicability.UNSAFE),
    ],
)
def test_modes(tmp_path: Path, mode: str, word: str | None, applicability: Applicability | None) -> None:
    found = findings(proxy(tmp_path, CACHED.format(f"mode: {mode}")), "LH102")
    fixes = [(f.fix.changes[0].value, f.fix.applicability) for f in found if f.fix]
    assert fixes == ([(word, applicability)] if word else [])


def test_what_an_unknown_mode_does_is_said(tmp_path: Path) -> None:
    [finding] = findings(proxy(tmp_path, CACHED.format("mode: default-on")), "LH102")
    assert "acts as default_off" in finding.message
    [finding] = findings(proxy(tmp_path, CACHED.format("mode: off")), "LH102")
    assert "takes it for default_on" in finding.message


def test_each_wrong_name_is_taken_out(tmp_path: Path) -> None:
    finding, fix = only(findings(proxy(tmp_path, CACHED.format("supported_call_types: [a, acompletion, b]")), "LH103"))
    assert [change.value for change in fix.changes] == [Excluding("a"), Excluding("b")]
    assert fix.applicability is Applicability.SAFE
    assert "names a, b, which LiteLLM 1.81.0 does not know" in finding.message


def test_where_every_name_is_wrong_the_fix_caches_something_and_is_unsafe(tmp_path: Path) -> None:
    finding, fix = only(findings(proxy(tmp_path, CACHED.format("supported_call_types: [chat]")), "LH103"))
    assert (fix.changes[0].value, fix.applicability) == (["acompletion"], Applicability.UNSAFE)
    assert "nothing is cached" in finding.message


@pytest.mark.parametrize(
    ("image", "flagged"), [(":v1.97.0", True), (":v1.98.0", False), ("", False), (":main-latest", False)]
)
def test_a_name_is_wrong_by_release_and_never_where_that_is_unknown(tmp_path: Path, image: str, flagged: bool) -> None:
    config = CACHED.format("supported_call_types: [acompletion, aanthropic_messages]")
    assert bool(findings(proxy(tmp_path, config, image=f"litellm/litellm{image}"), "LH103")) is flagged


def test_embeddings_that_someone_asked_for_matter_little(tmp_path: Path) -> None:
    config = CACHED.format("supported_call_types: [acompletion, aembedding]")
    finding, fix = only(findings(proxy(tmp_path, config), "LH103"))
    assert (finding.severity, fix.applicability) == (Severity.LOW, Applicability.UNSAFE)
    assert fix.changes == (Change(f"{PARAMS}.supported_call_types", Excluding("aembedding")),)


@pytest.mark.parametrize(
    ("version", "params", "noted"),
    [("1.105.7", "", False), ("1.106.0", "", True), ("1.106.0", "type: redis, max_messages: null", False)],
)
def test_the_bound_on_messages_is_noted_where_there_is_one(
    tmp_path: Path, version: str, params: str, noted: bool
) -> None:
    found = proxy(tmp_path, CACHED.format(params), image=f"litellm/litellm:v{version}")
    [finding] = findings(found, "LH103")
    assert ("more than 4 messages" in finding.message) is noted
