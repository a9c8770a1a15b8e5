"""The shapes that programs rely on, and that no format gives a secret away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from litellm_harden.cli.rendering import FORMATS
from litellm_harden.text.edits import Edit, apply
from tests.cli.conftest import CONFIG, Lh

SECRETS = {
    "sk-canary-4711": "LITELLM_MASTER_KEY=sk-canary-4711\n",
    "canary two words": 'SALT_KEY="canary two words"\n',
    "canary-password": "DATABASE_URL=postgresql://llm:canary-password@db.example:5432/llm\n",
    "T0/B0/canary": "SLACK_WEBHOOK_URL=https://hooks.slack.com/services/T0/B0/canary\n",
    "canary-pem": 'PEM_KEY="-----BEGIN\ncanary-pem\n-----END"\n',
}


@pytest.fixture
def guarded(gateway: Path) -> Path:
    """A deployment with a secret in every place that can hold one."""
    (gateway / ".env").write_text("".join(SECRETS.values()) + "LITELLM_LOG=DEBUG\n")
    with (gateway / "config.yaml").open("a") as file:
        file.write("general_settings:\n  master_key: canary-literal  # canary-literal\n  proxy_batch_write_at: 10\n")
    compose = gateway / "docker-compose.yml"
    compose.write_text(
        compose.read_text()
        + "    environment:\n      - OPENAI_API_KEY=canary-list\n      - DETAILED_DEBUG=${X_KEY:-canary-default}\n"
        + "  redis:\n    image: redis:7\n    command: redis-server --requirepass canary-redis\n"
    )
    return gateway


@pytest.mark.parametrize(
    "arguments",
    [
        ["lint", "-v"],
        *(["lint", "--format", one] for one in FORMATS),
        ["fix", "--diff"],
        *(["fix", "--diff", "--unsafe", "--format", one] for one in FORMATS),
        *(["fix", "--unsafe", "--format", one] for one in FORMATS),
        ["show"],
        ["show", "--format", "json"],
        ["show", "--address", "env:DATABASE_URL", "--address", "config:general_settings"],
        ["fix", "--unsafe", "-v"],
    ],
)
def test_no_secret_in_any_format(lh: Lh, guarded: Path, arguments: list[str]) -> None:
    result = lh(*arguments)
    assert result.status in {0, 1}
    said = result.out + result.err
    assert said
    assert [secret for secret in (*SECRETS, "canary") if secret in said] == []


def test_show_secrets_shows_them(lh: Lh, guarded: Path) -> None:
    assert "canary-pem" in lh("fix", "--diff", "--show-secrets").out


def test_json_keys_and_their_order(lh: Lh, gateway: Path) -> None:
    data = lh("lint", "--select", "LH042", "--format", "json").data
    assert list(data) == [
        "schema", "deployments", "findings", "not_judged", "problems", "refused", "plan", "summary",
    ]  # fmt: skip
    assert data["schema"] == "lh-1"
    assert data["deployments"] == [
        {
            "root": ".",
            "service": "litellm",
            "litellm_version": "1.81.0",
            "version_source": "image",
            "files": {
                "config": ["config.yaml"],
                "env": [".env"],
                "compose": ["docker-compose.yml"],
                "dockerfile": None,
            },
        }
    ]
    finding = data["findings"][0]
    assert len(finding.pop("fingerprint")) == 32
    assert finding == {
        "rule": "LH042",
        "name": "cooldown-time",
        "severity": "critical",
        "week": 1,
        "item": 4,
        "deployment": 0,
        "address": "config:router_settings.cooldown_time",
        "message": "cooldown_time is 120 s: once a model has failed too often, it gets no calls for that long",
        "value": 120,
        "expected": "at most 60 and not 0",
        "file": "config.yaml",
        "line": 4,
        "column": 18,
        "end_line": 4,
        "end_column": 21,
        "suppressed": False,
        "fix": {
            "applicability": "safe",
            "description": "set cooldown_time to 60",
            "edits": [{"file": "config.yaml", "start": 50, "end": 53, "text": "60"}],
        },
    }
    assert data["summary"] == {
        "critical": 1, "high": 0, "medium": 0, "low": 0, "suppressed": 0, "not_judged": 0, "fixed": 0,
    }  # fmt: skip


def test_a_findings_edits_apply_alone(lh: Lh, gateway: Path) -> None:
    for finding in lh("lint", "--week", "1", "--format", "json").data["findings"]:
        for file in {edit["file"] for edit in finding["fix"]["edits"]}:
            text = (gateway / file).read_text()
            edits = [Edit(e["start"], e["end"], e["text"]) for e in finding["fix"]["edits"] if e["file"] == file]
            assert apply(text, edits) != text


def test_findings_come_in_the_order_file_line_rule(lh: Lh, gateway: Path) -> None:
    findings = lh("lint", "--format", "json").data["findings"]
    places = [(finding["file"], finding["line"], finding["rule"]) for finding in findings]
    assert len(places) > 5
    assert places == sorted(places)


def test_positions_count_code_points(lh: Lh, gateway: Path) -> None:
    (gateway / "config.yaml").write_bytes(b"\xef\xbb\xbf" + CONFIG.replace("model_list", "# 🦉\nmodel_list").encode())
    finding = lh("lint", "--select", "LH042", "--format", "json").data["findings"][0]
    assert (finding["line"], finding["column"]) == (5, 18)
    assert finding["fix"]["edits"][0]["start"] == 54


def test_a_fingerprint_outlives_other_lines_and_values(lh: Lh, gateway: Path) -> None:
    def fingerprint() -> str:
        found: str = lh("lint", "--select", "LH042", "--format", "json").data["findings"][0]["fingerprint"]
        return found

    before = fingerprint()
    (gateway / "config.yaml").write_text("# moved\n" + CONFIG.replace("120", "300"))
    assert fingerprint() == before


def test_problems_are_in_the_json_too(lh: Lh, gateway: Path) -> None:
    (gateway / "config.yaml").write_text("model_list: [\n")
    result = lh("lint", "--select", "LH042", "--format", "json")
    assert result.status == 3
    assert [problem["file"] for problem in result.data["problems"]] == ["config.yaml"]


def test_sarif_has_rules_places_and_fixes(lh: Lh, gateway: Path) -> None:
    log = lh("lint", "--select", "LH042", "--format", "sarif").data
    assert log["version"] == "2.1.0"
    run: Any = log["runs"][0]
    assert run["tool"]["driver"]["rules"][0]["id"] == "LH042"
    result = run["results"][0]
    region = {"startLine": 4, "startColumn": 18, "endLine": 4, "endColumn": 21}
    assert result["ruleId"] == run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"]
    assert result["level"] == "error"
    config = {"uri": "config.yaml", "uriBaseId": "%SRCROOT%"}
    assert result["locations"] == [{"physicalLocation": {"artifactLocation": config, "region": region}}]
    assert result["fixes"][0]["artifactChanges"] == [
        {
            "artifactLocation": config,
            "replacements": [{"deletedRegion": region, "insertedContent": {"text": "60"}}],
        }
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_goes_to_a_file_with_the_same_exit_code(lh: Lh, gateway: Path, name: str) -> None:
    for wanted, gate in ((1, "critical"), (0, "never")):
        arguments = ("lint", "--select", "LH042", "--format", name, "--fail-on", gate)
        to_file = lh(*arguments, "--output", "../report")
        assert (to_file.status, to_file.out) == (wanted, "")
        assert (gateway / "../report").read_text() == lh(*arguments).out != ""


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_says_that_nothing_could_be_judged(lh: Lh, gateway: Path, name: str) -> None:
    (gateway / "config.yaml").write_text("model_list: [\n")
    result = lh("lint", "--select", "LH042", "--format", name)
    assert result.status == 3
    assert "config.yaml" in (result.err if name == "text" else result.out)


@pytest.mark.parametrize("name", FORMATS)
def test_after_a_fix_every_format_says_what_remains(lh: Lh, gateway: Path, name: str) -> None:
    result = lh("fix", "--select", "LH042,LH302", "--format", name)
    assert "CVE-" in result.out
    gone = [line for line in result.out.splitlines() if "cooldown_time is 120 s" in line]
    assert [line for line in gone if '"kind": "fixed"' not in line] == []


@pytest.mark.parametrize("name", ["text", "jsonl", "junit", "markdown"])
def test_what_was_fixed_is_told_where_there_is_a_place_for_it(lh: Lh, gateway: Path, name: str) -> None:
    assert "set cooldown_time to 60" in lh("fix", "--select", "LH042,LH302", "--format", name).out
