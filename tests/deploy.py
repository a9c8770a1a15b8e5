"""Writing a deployment to disk for a test, and reading it the way `lh` does."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.deployment.discovery import Discovered, discover
from litellm_harden.deployment.model import Change, Owner
from litellm_harden.documents.base import Refusal


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write the (dedented) files below `folder`."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(dedent(text).lstrip("\n").encode())
    return folder


def find(folder: Path, files: dict[str, str], owner: Owner | None = None) -> Discovered:
    """What discovery makes of the files."""
    return discover([write(folder, files)], owner or Owner())


def deploy(folder: Path, files: dict[str, str], owner: Owner | None = None) -> Deployment:
    """The one deployment that the files describe."""
    found = find(folder, files, owner)
    assert len(found.deployments) == 1, [found.problems, found.deployments]
    return found.deployments[0]


def after(deployment: Deployment, *changes: tuple[str, object]) -> dict[str, str] | str:
    """The files that the changes alter, as they would be; or the reason of the refusal."""
    planned = deployment.plan([Change(address, value) for address, value in changes])
    if isinstance(planned, Refusal):
        return planned.reason
    workspace = deployment.workspace.edited(planned.edits)
    root = deployment.workspace.root
    return {str(file.relative_to(root)): workspace.source(file).text for file in planned.edits}


def container(
    folder: Path, *lines: str, image: str = "ghcr.io/berriai/litellm:v1.81.0-stable", more: str = ""
) -> Deployment:
    """A compose service `litellm` of an image, with the lines in it, and `more` behind it."""
    body = "".join(f"    {line}\n" for text in (f"image: {image}", *lines) for line in text.splitlines())
    return deploy(folder, {"compose.yaml": f"services:\n  litellm:\n{body}{more}"})
