"""A small deployment that stands on the checklist in every way, and its page."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from litellm_harden.deployment.model import Owner
from litellm_harden.fix.prove import proven_plan
from litellm_harden.report.checklist.page import Page
from litellm_harden.report.checklist.plan import Line
from litellm_harden.report.model import Report
from litellm_harden.rules.judge import Judge, judge
from litellm_harden.rules.pack import load
from tests.deploy import find

CONFIG = """\
model_list:
  - {model_name: gpt-4o, litellm_params: {model: openai/gpt-4o}}
  - {model_name: "it's <b>", litellm_params: {model: openai/gpt-4o}}
  - {model_name: small-embedding, litellm_params: {model: openai/e}, model_info: {mode: embedding}}
litellm_settings:
  json_logs: false
  set_verbose: "<script>alert(1)</script> @octo #1"
router_settings:
  cooldown_time: 30
general_settings:
  master_key: os.environ/PROXY_KEY
"""
COMPOSE = """\
services:
  litellm:
    image: ghcr.io/berriai/litellm:v1.81.0-stable
    command: ["--config", "/app/config.yaml"]
    volumes: ["./config.yaml:/app/config.yaml"]
    env_file: .env
    environment:
      LITELLM_MODE: ${NOWHERE}
    ports: ["127.0.0.1:8080:4000"]
"""
ENV = "PROXY_KEY=sk-canary-4711\nLITELLM_LOG=DEBUG\n"
FILES = {"config.yaml": CONFIG, "compose.yaml": COMPOSE, ".env": ENV}


def page(
    folder: Path,
    files: dict[str, str] = FILES,
    suppressed: Collection[str] = (),
    weeks: Collection[int | None] = (1, 2, 3),
) -> Page:
    """The page of what the files make up, with the findings of some rules in the config suppressed."""
    comments = "".join(f"# lh: ignore-file[{rule}]\n" for rule in suppressed)
    found = find(folder, files | {"config.yaml": files["config.yaml"] + comments} if comments else files, Owner())
    rules = load().rules
    verdict = judge(found.deployments, rules)
    selected = frozenset(rule.id for rule in rules if rule.week in weeks)
    plan = None
    if found.deployments:
        plan = proven_plan(verdict, Judge(rules), selected)
    return Page(Report(verdict, rules, selected, found.problems, folder, plan=plan, before=found.deployments))


def lines(of: Page) -> dict[str, Line]:
    """The rules of the first deployment, by id."""
    [plan, *_] = of.plans
    return {line.rule.id: line for week in plan.weeks for item in week.items for line in item.lines}
