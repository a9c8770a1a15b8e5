"""LH205, LH209, LH210 and LH213 in their corners."""

from __future__ import annotations

from pathlib import Path

import pytest

from litellm_harden.rules.model import Applicability, Severity
from tests.rules.worlds import findings, not_judged, only, planned, proxy

CACHE = "litellm_settings: {{cache: true, cache_params: {{{}}}}}\n"
SECRET = "hunter2hunter2"


def told(folder: Path, text: str, rule: str = "LH205", version: str = "1.106.2") -> list[str]:
    """The addresses of what the rule finds."""
    found = proxy(folder, text, image=f"litellm/litellm:v{version}")
    return [finding.address.removeprefix("config:") for finding in findings(found, rule)]


@pytest.mark.parametrize(
    ("strategy", "version", "flagged"),
    [
        ("simple-shuffle", "1.81.0", False),
        ("lar1", "1.81.0", True),
        ("lar1", "1.106.2", False),
        ("lar2", "2.0.0", False),
    ],
)
def test_strategies_by_release(tmp_path: Path, strategy: str, version: str, flagged: bool) -> None:
    text = f"router_settings: {{routing_strategy: {strategy}}}\n"
    assert bool(told(tmp_path, text, version=version)) is flagged


def test_a_release_older_than_all_that_were_looked_at_may_know_any_word(tmp_path: Path) -> None:
    text = "router_settings: {routing_strategy: gone}\nlitellm_settings: {callbacks: [gone]}\n"
    assert told(tmp_path, text, version="1.60.0") == []


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("router_settings: {health_check_interval: 5}\n", "1.81.3"),
        ("general_settings: {database_url: 'mysql://a/b'}\n", "1.91.0"),
    ],
)
def test_where_the_release_is_unknown_a_claim_says_of_which_it_is_true(tmp_path: Path, text: str, since: str) -> None:
    finding, fix = only(findings(proxy(tmp_path, text, image="litellm/litellm:main-latest"), "LH205"))
    assert f"from {since} on" in finding.message
    assert fix.applicability is not Applicability.SAFE
    [known] = findings(proxy(tmp_path, text, image="litellm/litellm:v1.106.2"), "LH205")
    assert since not in known.message


def test_what_any_release_knows_is_left_alone_where_that_is_unknown(tmp_path: Path) -> None:
    text = "router_settings: {routing_strategy: lar1}\nlitellm_settings: {callbacks: [ternary]}\n"
    assert not findings(proxy(tmp_path, text, image="litellm/litellm:main-latest"), "LH205")


@pytest.mark.parametrize(
    ("name", "flagged"),
    [
        *(
            ("prometheus", False),
            ("langfuze", True),
            ("sentry", True),
            ("my.logger", False),
            ("s3://b/m.logger", False),
        ),
        *(
            ("mine", False),
            ("sumologic", False),
            ("slack", False),
            ("os.environ/LOGGER", False),
            ("[a]", True),
            ("1", True),
        ),
    ],
)
def test_callbacks(tmp_path: Path, name: str, flagged: bool) -> None:
    text = f"litellm_settings: {{callbacks: [{name}]}}\ncallback_settings: {{mine: {{callback_type: generic_api}}}}\n"
    assert told(tmp_path, text) == (["litellm_settings.callbacks.0"] if flagged else [])


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        ("router_settings: {fallbacks: [{a: [b]}]}\nlitellm_settings: {fallbacks: {a: [b]}}\n", ""),
        ("router_settings: {fallbacks: []}\nlitellm_settings: {fallbacks: {a: [b]}}\n", "litellm_settings.fallbacks"),
        ("router_settings: {context_window_fallbacks: {a: [b]}}\n", ""),
        ("router_settings: {fallbacks: [a]}\n", "router_settings.fallbacks"),
    ],
)
def test_the_fallbacks_that_count(tmp_path: Path, text: str, flagged: str) -> None:
    assert told(tmp_path, text) == ([flagged] if flagged else [])


@pytest.mark.parametrize(
    ("text", "before", "since", "flagged_since"),
    [
        ("router_settings: {health_check_concurrency: 5}\n", "1.81.1", "1.81.3", True),
        ("router_settings: {ignore_invalid_deployments: true}\n", "1.100.5", "1.101.0", False),
        (CACHE.format("type: redis, host: a, ssl: false"), "1.92.2", "1.93.0", False),
        ("general_settings: {database_url: 'mysql://a/b'}\n", "1.90.7", "1.91.0", True),
        (CACHE.format("type: disk"), "1.106.2", "1.109.1", True),
    ],
)
def test_by_release(tmp_path: Path, text: str, before: str, since: str, flagged_since: bool) -> None:
    assert bool(told(tmp_path, text, version=before)) is not flagged_since
    assert bool(told(tmp_path, text, version=since)) is flagged_since


def test_a_database_by_variable_that_is_no_postgres(tmp_path: Path) -> None:
    found = proxy(
        tmp_path, "model_list: []\n", image="a/litellm:v1.91.0", environment={"DATABASE_URL": f"mysql://u:{SECRET}@h"}
    )
    [finding] = findings(found, "LH205")
    assert finding.address == "env:DATABASE_URL"
    assert SECRET not in f"{finding.message}{finding.value}{finding.fix}"


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        *(("null", "null"), ("gpt", "a text"), ("{model_name: a}", "no litellm_params")),
        *(
            ("{model_name: a, litellm_params: }", "null for its litellm_params"),
            ("{litellm_params: {model: a}}", "no model_name"),
        ),
        *(
            ("{model_name: a, litellm_params: {}}", "no model"),
            ("{model_name: a, litellm_params: {model: 4}}", "number 4"),
        ),
        *(
            ("{model_name: 4, litellm_params: {model: a}}", "number 4"),
            ("{model_name: a, litellm_params: {model: a}}", ""),
        ),
    ],
)
def test_entries_of_the_model_list(tmp_path: Path, entry: str, says: str) -> None:
    found = findings(proxy(tmp_path, f"model_list: [{entry}]\nrouter_settings: {{}}\n"), "LH205")
    assert len(found) == bool(says)
    assert all(says in finding.message for finding in found)


def test_webhooks_in_lists_are_resolved_by_litellm(tmp_path: Path) -> None:
    text = "general_settings: {alert_to_webhook_url: {budget_alerts: [os.environ/A]}, allowed_ips: [os.environ/B]}\n"
    assert told(tmp_path, text, "LH209") == ["general_settings.allowed_ips.0"]


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("litellm_settings: {a: 1, a: 2}\n", Severity.HIGH),
        ("litellm_settings:\n  a: 1\n  a: 1\n", Severity.LOW),
        ("litellm_settings:\n  a: {b: 1}\nlitellm_settings:\n  a: {b: 1}\n", Severity.HIGH),
    ],
)
def test_keys_twice(tmp_path: Path, text: str, severity: Severity) -> None:
    [finding] = findings(proxy(tmp_path, text + "model_list: []\n"), "LH210")
    assert finding.severity is severity


def test_a_key_three_times_is_one_finding_that_names_all_lines(tmp_path: Path) -> None:
    [finding] = findings(proxy(tmp_path, "router_settings:\n  timeout: 1\n  timeout: 2\n  timeout: 3\n"), "LH210")
    assert "lines 2, 3 and 4" in finding.message


def test_of_a_key_stated_many_times_the_message_stays_short(tmp_path: Path) -> None:
    text = "router_settings:\n" + "".join(f"  timeout: {number}\n" for number in range(50))
    [finding] = findings(proxy(tmp_path, text), "LH210")
    assert "lines 2, 3, 4, … and 51:" in finding.message


@pytest.mark.parametrize(
    ("value", "name"),
    [
        *(("${A_KEY}", "A_KEY"), ("$A_KEY", "A_KEY"), ("%(A_KEY)s", "A_KEY"), ("os.environ.A_KEY", "A_KEY")),
        *(('os.environ["A_KEY"]', "A_KEY"), ("os.getenv('A_KEY')", "A_KEY"), ("os.environ.get('A_KEY')", "A_KEY")),
        *(
            ("env/A_KEY", "A_KEY"),
            ("os.environ/ A_KEY", "A_KEY"),
            ("os.env/A_KEY", "A_KEY"),
            ("environ/A_KEY", "A_KEY"),
        ),
    ],
)
def test_ways_to_write_a_variable(tmp_path: Path, value: str, name: str) -> None:
    quoted = value.replace("'", "''")
    text = f"model_list: [{{model_name: a, litellm_params: {{model: a, api_key: '{quoted}'}}}}]\n"
    _, fix = only(findings(proxy(tmp_path, text), "LH213"))
    assert (fix.changes[0].value, fix.applicability) == (f"os.environ/{name}", Applicability.SAFE)


@pytest.mark.parametrize(
    "text",
    [
        "model_list: [{model_name: a, litellm_params: {model: a, api_key: os.environ/A_KEY}}]\n",
        "model_list: [{model_name: a, litellm_params: {model: a, prompt_template: '${A}'}}]\n",
        "model_list: [{model_name: a, litellm_params: {model: a, api_key: 'pa$word', stop: ['${A}']}}]\n",
        "x-notes: {api_key: '${A_KEY}'}\nmodel_list: []\n",
        "mcp_servers: {a: {url: '${A}', static_headers: {X-Key: '${A_KEY}'}}}\nmodel_list: []\n",
        "general_settings: {environment: production}\n",
        "general_settings: {ui_password: '${UI_PASSWORD}'}\n",  # LH201
    ],
)
def test_what_is_no_variable_that_is_meant(tmp_path: Path, text: str) -> None:
    found = proxy(tmp_path, text)
    assert not findings(found, "LH213")
    assert not not_judged(found, "LH213")


@pytest.mark.parametrize(
    "text",
    [
        "general_settings: {database_url: 'postgresql://u:${DB_PASSWORD}@db/x'}\n",
        "model_list: [{model_name: a, litellm_params: {model: 'openai/${MODEL:-gpt}'}}]\n",
    ],
)
def test_a_variable_inside_a_text_is_for_its_owner(tmp_path: Path, text: str) -> None:
    finding, fix = only(findings(proxy(tmp_path, text), "LH213"))
    assert (fix.applicability, finding.value) == (Applicability.MANUAL, None)


@pytest.mark.parametrize("file", ["start.sh", "Makefile", "scripts/entry.sh"])
def test_what_a_script_may_fill_in_is_not_judged(tmp_path: Path, file: str) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text("envsubst < config.tmpl > config.yaml\n")
    found = proxy(tmp_path, "general_settings: {master_key: '${LITELLM_MASTER_KEY}'}\n")
    assert not findings(found, "LH213")
    assert not_judged(found, "LH213")


def test_what_an_anchor_of_the_owners_own_brings_is_judged_where_it_counts(tmp_path: Path) -> None:
    text = "x-all: &all {model: a, api_key: '${A_KEY}'}\nmodel_list: [{model_name: a, litellm_params: *all}]\n"
    assert told(tmp_path, text, "LH213") == ["model_list.0.litellm_params.api_key"]


def test_the_braces_of_a_template_are_not_judged(tmp_path: Path) -> None:
    found = proxy(tmp_path, "general_settings: {master_key: '{{ master_key }}', database_url: '${DB}'}\n")
    assert [one.address for one in not_judged(found, "LH213")] == ["config:general_settings.master_key"]


@pytest.mark.parametrize(
    ("environment", "applicability"), [({}, "unsafe"), ({"LITELLM_MASTER_KEY": "sk-a-b-c"}, "safe")]
)
def test_a_master_key_that_would_be_gone_is_not_referred_to_unasked(
    tmp_path: Path, environment: dict[str, str], applicability: str
) -> None:
    text = "general_settings: {master_key: '${LITELLM_MASTER_KEY}'}\n"
    _, fix = only(findings(proxy(tmp_path, text, environment=environment), "LH213"))
    assert fix.applicability.value == applicability


def test_the_plan_moves_what_stands_in_the_wrong_section(tmp_path: Path) -> None:
    section = "general_settings:\n  background_health_checks: true\n"
    text = f"router_settings:\n  timeout: 60\n  health_check_interval: 600 # s\n{section}"
    plan = planned(proxy(tmp_path, text, image="litellm/litellm:v1.106.2"), "LH205")
    after = plan.workspace.source(tmp_path / "config.yaml").text
    assert after == f"router_settings:\n  timeout: 60\n  # s\n{section}  health_check_interval: 600\n"


def test_what_would_have_no_effect_in_the_right_section_either_is_taken_out(tmp_path: Path) -> None:
    text = "router_settings:\n  timeout: 60\n  health_check_interval: 600\n"
    plan = planned(proxy(tmp_path, text, image="litellm/litellm:v1.106.2"), "LH205")
    assert plan.workspace.source(tmp_path / "config.yaml").text == "router_settings:\n  timeout: 60\n"
