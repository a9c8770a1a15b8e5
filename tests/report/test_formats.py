"""What each format says, in the shape that its readers ask for."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import fastjsonschema
import junitparser
import pytest
import xmlschema

from litellm_harden.report import github, gitlab, json_, jsonl, junit, markdown, sarif
from litellm_harden.report.model import Report
from litellm_harden.rules.model import BASELINE, COMMENT, Finding, Severity, Suppression
from tests.report.reports import cases, saying, small, times, with_findings

SCHEMAS = Path(__file__).parent / "schemas"
SARIF = fastjsonschema.compile(json.loads((SCHEMAS / "sarif-2.1.0.json").read_text()))
JUNIT = xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd")


def suppressed() -> Report:
    """One finding suppressed by a comment, one by the baseline."""

    def suppress(number: int, finding: Finding) -> Finding:
        by = {0: Suppression(COMMENT, "agreed in #12"), 1: Suppression(BASELINE)}.get(number)
        return finding._replace(suppression=by)

    return replace(with_findings(suppress), baseline=frozenset())


def mixed() -> Report:
    """Findings of all severities, in no order."""
    severities = list(Severity)
    return with_findings(lambda number, finding: finding._replace(severity=severities[number % len(severities)]))


def nothing_found() -> Report:
    return replace(small(), verdict=small().verdict._replace(findings=(), not_judged=()), plan=None, before=())


REPORTS = [small(), suppressed(), nothing_found(), saying("what it is"), times(300)]


@pytest.fixture(params=REPORTS, ids=["findings", "suppressed", "none", "problem", "many"])
def report(request: pytest.FixtureRequest) -> Report:
    told: Report = request.param
    return told


def sarif_run(report: Report) -> Any:
    log = json.loads(sarif.render(report))
    SARIF(log)
    [run] = log["runs"]
    return run


def test_sarif_meets_its_schema(report: Report) -> None:
    assert len(sarif_run(report)["results"]) == len(report.findings)


def test_sarif_explains_each_rule(report: Report) -> None:
    run = sarif_run(report)
    rules = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [one.rule.id for one in report.findings]
    for rule in rules:
        assert rule["help"]["text"] and rule["help"]["markdown"].startswith(f"# {rule['id']} ")
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert len(rule["properties"]["tags"]) <= 10


def test_only_rules_about_security_have_a_score() -> None:
    rules = sarif_run(small())["tool"]["driver"]["rules"]
    scored = {rule["id"] for rule in rules if "security-severity" in rule["properties"]}
    assert scored == {rule["id"] for rule in rules if "security" in rule["properties"]["tags"]}
    assert scored == {rule["id"] for rule in rules if rule["id"].startswith("LH3")}


def test_sarif_tells_what_is_suppressed_and_by_what() -> None:
    first, second, *others = sarif_run(suppressed())["results"]
    assert first["suppressions"] == [{"kind": "inSource", "justification": "agreed in #12"}]
    assert [one["kind"] for one in second["suppressions"]] == ["external"]
    assert [one["baselineState"] for one in (first, second)] == ["new", "unchanged"]
    assert others and not any("suppressions" in one for one in others)


def test_sarif_knows_no_baseline_where_there_is_none() -> None:
    assert not any("baselineState" in result for result in sarif_run(small())["results"])


def test_sarif_notes_what_went_wrong_and_what_was_not_judged() -> None:
    [invocation] = sarif_run(saying("it is so"))["invocations"]
    assert invocation["executionSuccessful"] is False
    levels = [note["level"] for note in invocation["toolExecutionNotifications"]]
    assert levels == ["error"] + ["note"] * len(small().not_judged)
    assert sarif_run(small())["invocations"][0]["executionSuccessful"] is True


def test_sarif_leaves_out_the_lightest_where_github_would_take_none() -> None:
    many = times(25_001)
    light = many.verdict.findings[0]._replace(severity=Severity.LOW, address="config:the.lightest")
    verdict = many.verdict._replace(findings=(light, *many.verdict.findings[1:]))
    run = json.loads(sarif.render(replace(many, verdict=verdict)))["runs"][0]
    assert len(run["results"]) == 25_000
    assert "config:the.lightest" not in {result["properties"]["address"] for result in run["results"]}
    assert run["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"].startswith("1 more finding")


def test_junit_meets_its_schema(report: Report) -> None:
    JUNIT.validate(junit.render(report))


def test_junit_has_a_case_for_each_rule(report: Report) -> None:
    suites = junitparser.JUnitXml.fromstring(junit.render(report).encode())
    [suite, *problems] = list(suites)
    assert suite.failures == len(report.open)
    assert {case.name.split()[0] for case in suite} == {rule.id for rule in report.rules}
    assert sum(one.errors for one in problems) == len(report.problems)


def test_junit_skips_what_is_suppressed_or_not_judged() -> None:
    told = {case.get("name", ""): case for case in cases(junit.render(suppressed()))}
    first, second, *_ = suppressed().findings
    names = [f"{one.rule.id} {one.rule.name}" for one in (first, second, small().not_judged[0])]
    reasons = [(told[name].findtext("skipped") or "").partition(":")[0] for name in names]
    assert reasons == ["suppressed by a comment", "suppressed by the baseline", "not judged"]


def test_reasons_are_not_taken_for_values_of_secrets() -> None:
    unclear = small().not_judged[0]._replace(address="env:LITELLM_SALT_KEY", reason=".env is not here")
    told = replace(small(), verdict=small().verdict._replace(not_judged=(unclear,)))
    assert ".env is not here (env:LITELLM_SALT_KEY)" in junit.render(told)
    assert "env:LITELLM_SALT_KEY was not judged: .env is not here" in sarif.render(told)


def test_a_clean_run_is_no_empty_junit_report() -> None:
    assert len(list(cases(junit.render(nothing_found())))) == len(small().rules)


def test_gitlab_reads_each_issue(report: Report) -> None:
    issues = json.loads(gitlab.render(report))
    assert len(issues) == len(report.open) + len(report.problems)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert not issue["location"]["path"].startswith(("/", "./"))
        assert issue["location"]["lines"]["begin"] >= 1


def test_github_shows_the_weightiest_first_and_the_total_last() -> None:
    lines = github.render(mixed()).splitlines()
    commands = [line for line in lines if line.startswith("::")]
    levels = [line[2:].split()[0] for line in commands]
    assert levels == sorted(levels, key=["error", "warning", "notice"].index)
    assert set(levels) == {"error", "warning", "notice"}
    assert lines[: len(commands)] == commands
    assert lines[len(commands)].startswith(f"{len(mixed().open)} findings (")


def test_github_is_told_of_columns_only_within_a_line() -> None:
    lines = github.render(small()).splitlines()
    assert any(",col=" in line for line in lines)
    for line in lines:
        if ",col=" in line:
            fields = dict(pair.split("=", 1) for pair in line.split(" ", 1)[1].split("::")[0].split(","))
            assert fields["line"] == fields["endLine"]
            assert int(fields["col"]) < int(fields["endColumn"])


def test_what_is_suppressed_alarms_nobody() -> None:
    first, second, *_ = suppressed().findings
    for text in (github.render(suppressed()), gitlab.render(suppressed())):
        assert not any(f"{one.rule.id} {one.rule.name}" in text for one in (first, second))


def test_markdown_starts_with_its_marker_and_says_how_much_there_is(report: Report) -> None:
    first, _, headline, *_ = markdown.render(report).splitlines()
    assert first == "<!-- litellm-harden -->"
    count = len(report.open) or "no"
    new = "new " if report.known else ""
    assert headline.startswith(f"### LiteLLM: {count} {new}findings")


def test_markdown_tells_known_findings_from_suppressed_ones() -> None:
    told = markdown.render(suppressed())
    assert f"### LiteLLM: {len(small().open) - 2} new findings (" in told
    first, second = (finding.rule.id for finding in suppressed().findings[:2])
    assert re.search(rf"1 finding suppressed</summary>\n\n- {first} at `.*`: agreed in `#12`\n\n</details>", told)
    assert re.search(rf"1 known finding \(baseline\)</summary>\n\n- {second} at `.*`\n\n</details>", told)


def test_markdown_stays_as_short_as_github_takes_it() -> None:
    told = markdown.render(times(3000))
    assert 50_000 < len(told) <= 65_536
    shown = (
        told.count("\n| critical |") + told.count("\n| high |") + told.count("\n| medium |") + told.count("\n| low |")
    )
    assert f"… and {3000 - shown} more: `lh lint`" in told


@pytest.mark.parametrize("length", [500, 100_000])
def test_markdown_cuts_what_goes_on_for_ever(length: int) -> None:
    assert len(markdown.render(saying("`|@ " * length))) <= 65_536


def test_each_line_of_jsonl_says_all_by_itself(report: Report) -> None:
    lines = [json.loads(line) for line in jsonl.render(report).splitlines()]
    whole = json.loads(json_.render(report))
    of = {kind: [line for line in lines if line.pop("kind", "") == kind] for kind in ("finding",)}["finding"]
    assert [{**line, "deployment": 0} for line in of] == whole["findings"]
    assert all(line["deployment"] == whole["deployments"][0] for line in of)
    assert lines[-1] | {"kind": "summary"} == {"kind": "summary", "schema": "lh-1", **whole["summary"]}


def test_paths_start_at_the_repository(tmp_path: Path) -> None:
    told = small()
    inside = replace(told, cwd=told.cwd / "below", root=told.cwd)
    outside = replace(told, cwd=told.cwd.parent, root=told.cwd)
    paths = [{issue["location"]["path"] for issue in json.loads(gitlab.render(one))} for one in (inside, outside)]
    assert paths[0] == {"config.yaml", "compose.yaml", ".env"}
    assert paths[1] == {f"{told.cwd.name}/{path}" for path in paths[0]}
    [*found] = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in sarif_run(inside)["results"]
    }
    assert set(found) == paths[0]
