"""The GitHub Action, the GitLab template and the pre-commit hooks, their steps carried out as those would."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.cli.conftest import COMPOSE, CONFIG

ROOT = Path(__file__).parents[1]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
TEMPLATE = list(yaml.safe_load_all((ROOT / "templates" / "litellm-harden.yml").read_text()))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())

FAKE_GH = """#!/usr/bin/env bash
printf '%s\\n' "$*" >> "$GH_CALLS"
for word in "$@"; do case $word in body=@*|sarif=@*) cp "${word#*=@}" "$GH_CALLS.body";; esac; done
[ -z "$GH_FAILS" ] || exit 1
[[ $* != *--jq* ]] || printf '%s' "$GH_COMMENTS"
"""

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="its steps are scripts of bash")


class Job(NamedTuple):
    """What a job of GitHub Actions gave."""

    status: int
    log: str
    outputs: dict[str, str]
    summary: str
    calls: list[str]


class Runner:
    """Carries out the action's steps in a repository as GitHub's runner does, with a `gh` that only takes notes."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.repository, self.temp = folder, folder / "repository", folder / "temp"
        for made in (self.repository, self.temp / "litellm-harden" / "bin", folder / "bin"):
            made.mkdir(parents=True)
        (self.repository / "config.yaml").write_text(CONFIG)
        (self.repository / "docker-compose.yml").write_text(COMPOSE)
        for program, text in {
            self.temp / "litellm-harden" / "bin" / "lh": _script("from litellm_harden.cli.main import run; run()"),
            self.temp / "litellm-harden" / "bin" / "python": f'#!/bin/sh\nexec {sys.executable} "$@"\n',
            folder / "bin" / "gh": FAKE_GH,
        }.items():
            program.write_text(text)
            program.chmod(0o755)

    def run(self, event: dict[str, Any] | None = None, gh: dict[str, str] | None = None, **inputs: str) -> Job:
        given = {name: str(one.get("default", "")) for name, one in ACTION["inputs"].items()}
        given |= {name.replace("_", "-"): value for name, value in inputs.items()}
        calls, summary = self.folder / "calls", self.folder / "summary"
        for file in (calls, summary):
            file.write_text("")
        outputs: dict[str, dict[str, str]] = {}
        log, status = "", 0
        for step in ACTION["runs"]["steps"][1:]:  # the first one installs
            if not self._wanted(step, given, event or {}):
                continue
            written = self.folder / "output"
            written.write_text("")
            environment = {
                **os.environ,
                "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
                "RUNNER_TEMP": str(self.temp),
                "GITHUB_OUTPUT": str(written),
                "GITHUB_STEP_SUMMARY": str(summary),
                "GITHUB_REPOSITORY": "harbour/gateway",
                "GITHUB_SHA": "a" * 40,
                "GITHUB_REF": "refs/pull/7/merge",
                "GH_CALLS": str(calls),
                "GH_FAILS": "",
                "GH_COMMENTS": "",
                **(gh or {}),
                **{name: self._value(text, given, event or {}, outputs) for name, text in step.get("env", {}).items()},
            }
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
                cwd=self.repository / self._value(step.get("working-directory", "."), given, event or {}, outputs),
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            log += done.stdout + done.stderr
            lines = written.read_text().splitlines()
            outputs[step.get("id", "")] = dict(line.split("=", 1) for line in lines)
            if done.returncode:
                status = done.returncode
                break
        return Job(status, log, outputs.get("lint", {}), summary.read_text(), calls.read_text().splitlines())

    def _wanted(self, step: dict[str, Any], given: dict[str, str], event: dict[str, Any]) -> bool:
        condition = step.get("if", "")
        return all(given[name] == "true" for name in re.findall(r"inputs\.([\w-]+) == 'true'", condition)) and (
            "github.event.pull_request" not in condition or "pull_request" in event
        )

    def _value(
        self, text: str, given: dict[str, str], event: dict[str, Any], outputs: dict[str, dict[str, str]]
    ) -> str:
        def found(match: re.Match[str]) -> str:
            kind, _, name = match[1].partition(".")
            if kind == "inputs":
                return given[name]
            if kind == "steps":
                step, _, output = name.partition(".outputs.")
                return outputs[step].get(output, "")
            return {"token": "t", "event.pull_request.number": str(event.get("pull_request", {}).get("number"))}[name]

        return re.sub(r"\$\{\{ (\S+) \}\}", found, text)


def _script(code: str) -> str:
    return f"#!{sys.executable}\n{code}\n"


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


PULL = {"pull_request": {"number": 7}}


def test_the_action_annotates_counts_and_fails(runner: Runner) -> None:
    job = runner.run(args="--select\nLH042")
    assert job.status == 1
    assert "::error file=config.yaml,line=4" in job.log
    assert job.outputs["findings"] == job.outputs["critical"] == "1"
    assert json.loads(Path(job.outputs["sarif-file"]).read_text())["version"] == "2.1.0"
    assert job.summary.startswith("<!-- litellm-harden -->")
    assert job.calls == []


def test_the_action_passes_where_nothing_is_at_the_gate(runner: Runner) -> None:
    assert runner.run(args="--select\nLH042", fail_on="never").status == 0


def test_the_action_tells_wrong_usage_once(runner: Runner) -> None:
    job = runner.run(args="--selct\nLH042")
    assert job.status == 2
    assert job.log.count("No such option") == 1


def test_the_action_fails_where_nothing_could_be_judged(runner: Runner) -> None:
    (runner.repository / "config.yaml").write_text("model_list: [\n")
    assert runner.run(week="1").status == 3
    (runner.repository / "docker-compose.yml").unlink()
    assert runner.run().status == 3


def test_what_cannot_be_read_closes_no_alert_and_is_told_in_the_pull_request(runner: Runner) -> None:
    (runner.repository / "docker-compose.yml").unlink()
    (runner.repository / "config.yaml").write_text("model_list: [\n")
    job = runner.run(PULL, sarif="true", comment="true")
    assert job.status == 3
    assert not any("code-scanning" in call for call in job.calls)
    assert any("--method POST repos/harbour/gateway/issues/7/comments" in call for call in job.calls)


@pytest.mark.parametrize("name", ["strict", "sarif", "comment"])
def test_a_switch_is_true_or_false(runner: Runner, name: str) -> None:
    switch: dict[str, Any] = {name: "True"}
    assert runner.run(args="--select\nLH042", fail_on="never", **switch).status == 2


def test_an_input_is_never_a_command(runner: Runner) -> None:
    job = runner.run(path="$(touch injected); touch injected\n.", args="--select\nLH042\n`touch injected`")
    assert job.status == 2
    assert not (runner.repository / "injected").exists()


def test_paths_are_relative_to_where_lh_is_started_and_annotations_to_the_repository(runner: Runner) -> None:
    (runner.repository / ".git").mkdir()
    (runner.repository / "src" / "a b").mkdir(parents=True)
    for name in ("config.yaml", "docker-compose.yml"):
        (runner.repository / name).rename(runner.repository / "src" / "a b" / name)
    job = runner.run(working_directory="src", path="a b", args="--select\nLH042")
    assert "::error file=src/a b/config.yaml" in job.log


def test_the_upload_is_the_sarif_file_and_no_reason_to_fail(runner: Runner) -> None:
    job = runner.run(args="--select\nLH042", sarif="true", fail_on="never")
    assert job.calls[0].startswith("api --silent --method POST repos/harbour/gateway/code-scanning/sarifs")
    assert "-f commit_sha=" + "a" * 40 + " -f ref=refs/pull/7/merge" in job.calls[0]
    sent = gzip.decompress(base64.b64decode((runner.folder / "calls.body").read_bytes()))
    assert json.loads(sent) == json.loads(Path(job.outputs["sarif-file"]).read_text())
    refused = runner.run(args="--select\nLH042", sarif="true", fail_on="never", gh={"GH_FAILS": "1"})
    assert refused.status == 0
    assert "::warning" in refused.log


def test_what_is_suppressed_raises_no_alert(runner: Runner) -> None:
    config = runner.repository / "config.yaml"
    config.write_text(f"# lh: ignore-file[LH042] meant so\n{config.read_text()}")
    job = runner.run(args="--select\nLH042,LH043", sarif="true", fail_on="never")
    sent = json.loads(gzip.decompress(base64.b64decode((runner.folder / "calls.body").read_bytes())))
    assert [one["ruleId"] for one in sent["runs"][0]["results"]] == ["LH043"]
    stored = json.loads(Path(job.outputs["sarif-file"]).read_text())
    assert sorted(one["ruleId"] for one in stored["runs"][0]["results"]) == ["LH042", "LH043"]


def test_the_first_comment_is_made_and_later_ones_replace_it(runner: Runner) -> None:
    first = runner.run(PULL, args="--select\nLH042", comment="true")
    assert first.status == 1
    assert "--method POST repos/harbour/gateway/issues/7/comments" in first.calls[1]
    assert (runner.folder / "calls.body").read_text() == first.summary
    later = runner.run(PULL, args="--select\nLH042", comment="true", gh={"GH_COMMENTS": "31\n32"})
    assert "--method PATCH repos/harbour/gateway/issues/comments/31" in later.calls[1]


def test_no_comment_is_made_for_nothing_but_an_old_one_is_replaced(runner: Runner) -> None:
    (runner.repository / "config.yaml").write_text(CONFIG.replace("120", "60"))
    assert len(runner.run(PULL, args="--select\nLH042", comment="true").calls) == 1
    job = runner.run(PULL, args="--select\nLH042", comment="true", gh={"GH_COMMENTS": "31"})
    assert "comments/31" in job.calls[1]


def test_a_fork_whose_token_may_not_comment_is_judged_all_the_same(runner: Runner) -> None:
    job = runner.run(PULL, args="--select\nLH042", comment="true", fail_on="never", gh={"GH_FAILS": "1"})
    assert job.status == 0
    assert "::notice" in job.log


def test_a_push_has_no_comment(runner: Runner) -> None:
    assert runner.run(args="--select\nLH042", comment="true").calls == []


def test_no_step_takes_an_expression_into_its_script() -> None:
    assert not [step["name"] for step in ACTION["runs"]["steps"] if "${{" in step.get("run", "")]
    assert not [step for step in ACTION["runs"]["steps"] if "uses" in step]


def test_the_gitlab_job_keeps_the_exit_code_and_leaves_both_reports(runner: Runner) -> None:
    spec, content = TEMPLATE
    job = content["lh-lint"]
    given = {name: one.get("default") for name, one in spec["spec"]["inputs"].items()}
    given["args"] = "--select LH042"
    variables = {
        name: re.sub(r"\$\[\[ inputs\.(\w+) \]\]", lambda match: str(given[match[1]]), text)
        for name, text in job["variables"].items()
    }
    script = "\n".join(job["script"][2:]).replace("/tmp/lh", str(runner.temp / "litellm-harden"))
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script],
        cwd=runner.repository,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "LH042" in done.stdout
    reports = job["artifacts"]["reports"]
    assert json.loads((runner.repository / reports["codequality"]).read_text())[0]["check_name"]
    assert (runner.repository / reports["junit"]).read_text().startswith("<?xml")


@pytest.mark.parametrize(
    "file",
    [
        "config.yaml",
        "deploy/docker-compose.yml",
        "k8s/deploy.yaml",
        "charts/values-prod.yml",
        ".env",
        "deploy/litellm.env",
        ".env.production",
        "Dockerfile",
        "deploy/Dockerfile.proxy",
        "proxy.dockerfile",
        "lh.toml",
        "deploy/lh.toml",
    ],
)
def test_the_hooks_run_on(file: str) -> None:
    assert all(re.search(hook["files"], file) for hook in HOOKS)


@pytest.mark.parametrize(
    "file", ["README.md", "main.py", "config.yaml.bak", "environment.txt", "not-lh.toml", "go.mod"]
)
def test_the_hooks_do_not_run_on(file: str) -> None:
    assert not any(re.search(hook["files"], file) for hook in HOOKS)
