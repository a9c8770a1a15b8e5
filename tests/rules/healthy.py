"""What the tests of item 5 share."""

from __future__ import annotations

from pathlib import Path

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.fix.prove import proven_plan
from litellm_harden.rules.judge import Judge, judge
from tests.rules.worlds import PACK, deployment

APP = {"SEPARATE_HEALTH_APP": "1", "SEPARATE_HEALTH_PORT": "4001"}
ITEM = ("LH024", "LH051", "LH052")
LIVE = "http://localhost:4000/health/liveliness"
RIGHT = f'["CMD", "python3", "-c", "import urllib.request; urllib.request.urlopen(\'{LIVE}\')"]'
FULL = "FROM python:3.12\n"


def image(version: str) -> str:
    """LiteLLM's own image of a release."""
    return f"ghcr.io/berriai/litellm:v{version}"


def fixed(found: Deployment, selected: str = "LH051", unsafe: bool = False) -> str:
    """The compose file after all of item 5 that belongs to the rule."""
    rules = tuple(rule for rule in PACK.rules if rule.id in ITEM)
    plan = proven_plan(judge([found], rules), Judge(rules), frozenset({selected}), unsafe)
    [file] = found.files.compose
    return plan.workspace.source(file).text


def checked(
    folder: Path, test: str, dockerfile: str = "", version: str = "1.86.0", environment: str = ""
) -> Deployment:
    """A proxy on port 4000 with a health check, of LiteLLM's own image or of a Dockerfile; more YAML may follow."""
    source = "build: ." if dockerfile else f"image: {image(version)}"
    files = {
        "compose.yaml": f"services:\n  litellm:\n    {source}\n    command: {'[litellm, ' if dockerfile else '['}"
        f'"--port", "4000"]\n    healthcheck:\n      test: {test}\n      start_period: 40s\n{environment}'
    }
    return deployment(folder, files | ({"Dockerfile": dockerfile} if dockerfile else {}))
