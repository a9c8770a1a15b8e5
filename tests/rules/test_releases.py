"""Which releases are malware, vulnerable, or not told."""

from __future__ import annotations

from pathlib import Path

import pytest

from litellm_harden.litellm.advisories import ADVISORIES
from litellm_harden.litellm.versions import Version
from litellm_harden.rules.model import Finding, Severity
from tests.rules.worlds import compose, deployment, findings, not_judged, proxy, with_pool

OFFICIAL = "ghcr.io/berriai/litellm"


def installed(folder: Path, command: str, base: str = "python:3.12", rule: str = "LH303") -> list[Finding]:
    text = f'FROM {base}\nCOPY . /app\nRUN {command}\nCMD ["litellm", "--port", "4000"]\n'
    return findings(deployment(folder, {"Dockerfile": text}), rule)


@pytest.mark.parametrize(
    ("spec", "flagged"),
    [
        ("==1.82.7", True),
        ("===1.82.8", True),
        ("~=1.82.7", True),
        (">=1.82.7,<1.83", True),
        (" >= 1.82.8, < 1.83.0", True),
        ("==1.82.*,!=1.82.6", False),
        (">=1.82.7", False),
        ("<=1.82.8", False),
        ("==1.82.6", False),
        ("", False),
    ],
)
def test_only_what_takes_nothing_else_is_malware(tmp_path: Path, spec: str, flagged: bool) -> None:
    assert bool(installed(tmp_path, f'pip install "litellm[proxy]{spec}"', rule="LH301")) is flagged


def test_malware_in_the_second_command_and_by_a_build_argument(tmp_path: Path) -> None:
    command = "apt-get update && \\\n    uv pip install --system 'litellm[proxy]==1.82.8' gunicorn"
    text = f'FROM python:3.12\nARG V=1.82.7\nRUN {command.replace("uv pip", "pip")}\nCMD ["litellm"]\n'
    assert findings(deployment(tmp_path, {"Dockerfile": text}), "LH301")
    text = text.replace("==1.82.8", "==$V")
    [finding] = findings(deployment(tmp_path, {"Dockerfile": text}), "LH301")
    assert finding.origin is not None
    assert text[slice(*finding.origin.span)] == "litellm[proxy]==$V"


def test_what_a_script_in_the_command_installs(tmp_path: Path) -> None:
    text = (
        "services:\n  litellm:\n    image: python:3.12\n    entrypoint: [sh, -c]\n"
        "    command: ['pip install {} && litellm --port 4000']\n"
    )
    assert findings(deployment(tmp_path, {"compose.yaml": text.format("litellm[proxy]==1.82.7")}), "LH301")
    assert not findings(deployment(tmp_path, {}), "LH303")
    assert findings(deployment(tmp_path, {"compose.yaml": text.format("litellm[proxy]")}), "LH303")


def test_a_stated_release_is_malware_unless_it_is_an_image(tmp_path: Path) -> None:
    assert not findings(proxy(tmp_path, image=f"{OFFICIAL}:v1.82.7"), "LH301")
    assert not findings(deployment(tmp_path, {}, litellm_version="1.82.7"), "LH301")
    (tmp_path / "compose.yaml").unlink()
    found = findings(deployment(tmp_path, {}, litellm_version="1.82.7"), "LH301", "LH302")
    assert [(f.rule.id, f.origin.file.name) for f in found if f.origin] == [
        ("LH301", "config.yaml"),
        ("LH302", "config.yaml"),
    ]


@pytest.mark.parametrize(
    ("version", "severity", "take"),
    [
        ("1.81.0", Severity.HIGH, "1.84.3"),
        ("1.83.6", Severity.CRITICAL, "1.84.3"),
        ("1.83.14", Severity.HIGH, "1.84.3"),
        ("1.84.0", None, ""),
        ("1.109.1", None, ""),
    ],
)
def test_the_worst_advisory_with_a_database(tmp_path: Path, version: str, severity: Severity | None, take: str) -> None:
    found = with_pool(tmp_path, 10, litellm_version=version)
    assert [(f.severity, f.expected) for f in findings(found, "LH302")] == (
        [(severity, f"at least {take}")] if severity else []
    )


def test_what_a_hole_needs_is_looked_for(tmp_path: Path) -> None:
    [finding] = findings(proxy(tmp_path, image=f"{OFFICIAL}:v1.82.6"), "LH302")
    assert finding.severity is Severity.HIGH
    assert "CVE-2026-42208" not in finding.message
    jwt = "general_settings: {enable_jwt_auth: true}\n"
    [finding] = findings(proxy(tmp_path, config=jwt, image=f"{OFFICIAL}:v1.82.6"), "LH302")
    assert finding.severity is Severity.CRITICAL
    assert "CVE-2026-35030" in finding.message


def test_the_fix_of_each_advisory_is_outside_its_releases() -> None:
    for advisory in ADVISORIES:
        assert not advisory.affects(advisory.fixed)
        assert advisory.take is None or not any(other.affects(advisory.take) for other in ADVISORIES)
        assert advisory.affects(advisory.since or Version(1, 0, 0))


@pytest.mark.parametrize(
    ("image", "flagged"),
    [
        (OFFICIAL, True),
        (f"{OFFICIAL}:main-latest", True),
        (f"{OFFICIAL}-database:main-stable", True),
        ("docker.litellm.ai/berriai/litellm:latest", True),
        ("docker.io/litellm/litellm", True),
        (f"{OFFICIAL}:${{TAG:-main-latest}}", True),
        (f"{OFFICIAL}:${{TAG:-v1.81.0}}", False),
        (f"{OFFICIAL}:v1.86.2", False),
        (f"{OFFICIAL}:main-v1.65.1-nightly", False),
        (f"{OFFICIAL}:sha-deadbee", False),
        (f"{OFFICIAL}:sha-latest", True),
        (f"{OFFICIAL}:main-latest@sha256:{'0' * 64}", False),
        ("registry.example.com/litellm:latest", False),
    ],
)
def test_tags_that_name_no_release(tmp_path: Path, image: str, flagged: bool) -> None:
    found = proxy(tmp_path, image=image)
    assert bool(findings(found, "LH303")) is flagged
    assert not not_judged(found, "LH303")


def test_a_tag_that_is_set_elsewhere_is_not_judged(tmp_path: Path) -> None:
    found = proxy(tmp_path, image=f"{OFFICIAL}:${{TAG}}")
    assert not findings(found, "LH303")
    assert "TAG" in not_judged(found, "LH303")[0].reason


def test_a_build_is_judged_by_what_it_is_built_from(tmp_path: Path) -> None:
    built = "services:\n  litellm:\n    image: {}:main-latest\n    build:\n      context: .\n      args: {{TAG: {}}}\n"
    files = {
        "Dockerfile": f"ARG TAG=main-latest\nFROM {OFFICIAL}:$TAG AS base\nFROM base\n",
        "compose.yaml": built.format(OFFICIAL, "v1.86.2"),
    }
    found = deployment(tmp_path, files)
    assert str(found.version) == "1.86.2"
    assert not findings(found, "LH303")
    found = deployment(tmp_path, {"compose.yaml": built.format(OFFICIAL, "main-stable")})
    [finding] = findings(found, "LH303")
    assert finding.origin is not None
    assert finding.origin.file.name == "Dockerfile"
    assert files["Dockerfile"][slice(*finding.origin.span)] == f"{OFFICIAL}:$TAG"


@pytest.mark.parametrize(
    ("command", "flagged"),
    [
        ("pip install litellm[proxy]", True),
        ("pip install 'litellm[proxy]>=1.80,<2'", True),
        ("python -m pip install -U litellm[proxy] gunicorn", True),
        ("pip install litellm[proxy]==1.81.0", False),
        ("pip install 'litellm[proxy]~=1.81.3'", False),
        ("pip install litellm[proxy] -c constraints.txt", False),
        ("pip install litellm[proxy] --constraint constraints.txt", False),
        ("pip install -r requirements.txt && echo litellm[proxy]", False),
        ("uv sync --extra litellm", False),
        ("pip install ./litellm[proxy]", False),
        ("pip install 'litellm[proxy] @ git+https://github.com/BerriAI/litellm@v1.81.0'", False),
        ("pip install litellm-proxy-extras==0.1", False),
    ],
)
def test_what_pip_installs(tmp_path: Path, command: str, flagged: bool) -> None:
    assert bool(installed(tmp_path, command)) is flagged


def test_nothing_is_asked_of_a_config_alone(tmp_path: Path) -> None:
    found = deployment(tmp_path, {"config.yaml": "model_list: []\ngeneral_settings: {}\n"})
    assert not findings(found, "LH301", "LH302", "LH303")
    assert not not_judged(found, "LH301", "LH302", "LH303")
    assert "LH303" in {f.rule.id for f in findings(deployment(tmp_path, {"compose.yaml": compose(OFFICIAL)}))}


@pytest.mark.parametrize(
    ("listed", "command", "rules"),
    [
        (
            "fastapi\nlitellm[proxy]==1.82.8 \\\n    --hash=sha256:00\n",
            "pip install -r app/requirements.txt",
            {"LH301"},
        ),
        (
            "litellm[proxy]==1.82.7 ; python_version > '3'\n",
            "pip install --requirement=/app/requirements.txt",
            {"LH301"},
        ),
        ("litellm[proxy]>=1.80  # any\n", "pip install -r app/requirements.txt", {"LH303"}),
        ("litellm[proxy]>=1.80\n", "pip install -r app/requirements.txt -c app/constraints.txt", set()),
        ("litellm[proxy]==1.86.2\n", "pip install -r app/requirements.txt", set()),
        ("# litellm==1.82.8\nlitellm-proxy-extras\n", "pip install -r app/requirements.txt", set()),
    ],
)
def test_what_a_requirements_file_installs(tmp_path: Path, listed: str, command: str, rules: set[str]) -> None:
    (tmp_path / "requirements.txt").write_text(listed, "utf-8")
    text = f'FROM python:3.12\nCOPY . /app\nRUN {command}\nCMD ["litellm", "--port", "4000"]\n'
    found = deployment(tmp_path, {"Dockerfile": text})
    assert {f.rule.id for f in findings(found, "LH301", "LH303")} == rules
    assert not not_judged(found, "LH301", "LH303")


def test_a_requirements_file_that_is_not_here_is_not_judged(tmp_path: Path) -> None:
    text = 'FROM {}\nCOPY . /app\nRUN pip install -r /app/requirements.txt\nCMD ["litellm", "--port", "4000"]\n'
    found = deployment(tmp_path, {"Dockerfile": text.format("python:3.12")})
    assert [one.reason for one in not_judged(found, "LH301")] == [
        "requirements.txt, from which pip installs, is not here"
    ]
    assert not not_judged(deployment(tmp_path, {"Dockerfile": text.format(f"{OFFICIAL}:v1.86.2")}), "LH301")
