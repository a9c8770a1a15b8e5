"""A diff in which secrets are hidden must not be mistaken for the real one, by people or by patch(1)."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litellm_harden.deployment.model import Owner
from litellm_harden.deployment.workspace import Workspace
from litellm_harden.fix.plan import Plan
from litellm_harden.report.diff import render
from litellm_harden.report.model import Report
from litellm_harden.rules.model import Verdict
from litellm_harden.text.edits import Edit
from tests.deploy import find

COMPOSE = """
    services:
      litellm:
        image: ghcr.io/berriai/litellm:v1.81.0-stable
        env_file: .env
"""
LINE = st.sampled_from(["A=1", "# a note", "", "MY_KEY=canary-a", "TOKEN=canary-b"])


def report(folder: Path, env: str, edit: Edit) -> Report:
    (deployment,) = find(folder, {"compose.yaml": COMPOSE, ".env": env}, Owner()).deployments
    verdict = Verdict((deployment,), (), ())
    workspace: Workspace = deployment.workspace.edited({folder / ".env": [edit]})
    plan = Plan(workspace, workspace.edits(), (), (), (), verdict, (), True)
    return replace(Report(verdict, (), frozenset(), (), folder), plan=plan, before=(deployment,))


@pytest.mark.skipif(not shutil.which("patch"), reason="patch(1) is not installed")
@given(st.lists(LINE, max_size=12), st.integers(0, 12), st.sampled_from(["NEW_KEY=canary-c", "B=2"]))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_patch_applies_exactly_the_hunks_that_hide_nothing(
    tmp_path: Path, lines: list[str], number: int, new: str
) -> None:
    env = "".join(f"{line}\n" for line in ["X=0", *lines])
    at = len("".join(f"{line}\n" for line in ["X=0", *lines][:number]))
    made = report(tmp_path, env, Edit(at, at, f"{new}\n"))
    masked = render(made)
    assert "canary" not in masked
    command = ["patch", "-p1", "-s", "-r", "-", "--no-backup-if-mismatch"]
    done = subprocess.run(command, input=masked, text=True, cwd=tmp_path, check=False, capture_output=True)
    after = (tmp_path / ".env").read_text()
    if "***" in masked:
        assert (done.returncode, after) == (1, env)
    else:
        assert (done.returncode, after) == (0, env[:at] + f"{new}\n" + env[at:])


def test_a_changed_secret_is_seen_to_change(tmp_path: Path) -> None:
    assert render(report(tmp_path, "MY_KEY=canary-a\nA=1\n", Edit(7, 15, "canary-c"))).splitlines()[2:] == [
        "@@ -1,2 +1,2 @@ secrets are hidden; --show-secrets prints a hunk that applies",
        "-MY_KEY=***",
        "+MY_KEY=***",
        " A=1",
    ]


def test_shown_secrets_make_a_plain_diff(tmp_path: Path) -> None:
    made = report(tmp_path, "MY_KEY=canary-a\n", Edit(7, 15, "canary-c"))
    assert render(made, show_secrets=True).splitlines()[2:] == ["@@ -1 +1 @@", "-MY_KEY=canary-a", "+MY_KEY=canary-c"]
