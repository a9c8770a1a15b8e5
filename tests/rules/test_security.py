"""LH304 and LH306: secrets in files that are read by many, and in git."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.deployment.model import Secret
from litellm_harden.rules.model import Applicability, Severity
from tests.rules.worlds import compose, deployment, findings, not_judged, only, planned

KEY, OTHER = "sk-proj-Zk3Qw8Lm2Xc7Vb9Nn4Rt6Yp1Sd5Fg0Hj", "sk-proj-AA3Qw8Lm2Xc7Vb9Nn4Rt6Yp1Sd5Fg0Hj"
MASTER = "sk-9b1f6c03aa5e47d2"


def with_models(folder: Path, keys: list[str], dotenv: str = "A=b\n", more: str = "") -> Deployment:
    """A proxy with an env file and a model of OpenAI for each key."""
    models = "".join(
        f"  - model_name: m{number}\n    litellm_params: {{model: openai/m, api_key: {key}}}\n"
        for number, key in enumerate(keys)
    )
    files = {
        "config.yaml": f"model_list:\n{models}{more}",
        "compose.yaml": compose(service="env_file: .env"),
        ".env": dotenv,
    }
    return deployment(folder, files)


def changes(found: Deployment) -> list[Mapping[str, object]]:
    return [
        {change.address: change.value for change in finding.fix.changes}
        for finding in findings(found, "LH304")
        if finding.fix is not None
    ]


def test_one_secret_has_one_variable_and_another_another(tmp_path: Path) -> None:
    found = with_models(tmp_path, [KEY, OTHER, KEY])
    names = ["OPENAI_API_KEY", "OPENAI_API_KEY_2", "OPENAI_API_KEY"]
    assert changes(found) == [
        {f"config:model_list.{at}.litellm_params.api_key": f"os.environ/{name}", f"env:{name}": Secret(key)}
        for at, (name, key) in enumerate(zip(names, (KEY, OTHER, KEY), strict=True))
    ]
    plan = planned(found, "LH304", unsafe=True)
    assert plan.workspace.source(tmp_path / ".env").text == f"A=b\nOPENAI_API_KEY={KEY}\nOPENAI_API_KEY_2={OTHER}\n"
    assert KEY not in plan.workspace.source(tmp_path / "config.yaml").text


@pytest.mark.parametrize("taken", [f"OPENAI_API_KEY={OTHER}\n", "A=b\n"])
def test_a_variable_that_is_taken_stays_as_it_is(taken: str, tmp_path: Path) -> None:
    refers = "" if "OPENAI" in taken else "general_settings: {master_key: os.environ/OPENAI_API_KEY}\n"
    [change] = changes(with_models(tmp_path, [KEY], taken, refers))
    assert "env:OPENAI_API_KEY_2" in change


def test_where_an_env_file_is_missing_the_owner_moves_it(tmp_path: Path) -> None:
    found = with_models(tmp_path, [KEY])
    (tmp_path / ".env").unlink()
    files = {"config.yaml": (tmp_path / "config.yaml").read_text(), "compose.yaml": compose(service="env_file: .env")}
    found = deployment(tmp_path, files)
    finding, fix = only(findings(found, "LH304"))
    assert fix.applicability is Applicability.MANUAL
    assert KEY not in fix.description + finding.message
    assert finding.value is None


def test_a_variable_of_the_config_moves_as_it_is(tmp_path: Path) -> None:
    found = with_models(tmp_path, [], more=f"environment_variables:\n  LITELLM_LOG: ERROR\n  GROQ_API_KEY: {KEY}\n")
    plan = planned(found, "LH304", unsafe=True)
    assert plan.workspace.source(tmp_path / ".env").text == f"A=b\nGROQ_API_KEY={KEY}\n"
    assert plan.workspace.source(tmp_path / "config.yaml").text.endswith(
        "environment_variables:\n  LITELLM_LOG: ERROR\n"
    )


def test_the_item_of_a_list_is_left_to_its_owner(tmp_path: Path) -> None:
    found = with_models(tmp_path, [], more=f"general_settings: {{api_keys: [{KEY}]}}\n")
    assert only(findings(found, "LH304"))[1].applicability is Applicability.MANUAL


@pytest.mark.parametrize(
    ("written", "severity"),
    [
        ("postgresql://desk:kX9mPq2vvT@db:5432/desk", Severity.MEDIUM),
        ("postgresql://desk:kX9mPq2vvT@pg.desk.io:5432/desk", Severity.CRITICAL),
        ("postgresql://desk:kX9mPq2vvT@${PGHOST}/desk", Severity.CRITICAL),
    ],
)
def test_a_password_counts_by_where_it_opens_something(written: str, severity: Severity, tmp_path: Path) -> None:
    files = {"compose.yaml": compose(environment={"DATABASE_URL": written}, more="  db: {image: postgres:16}\n")}
    finding, _ = only(findings(deployment(tmp_path, {**files, "config.yaml": "model_list: []\n"}), "LH304"))
    assert finding.severity is severity
    assert "the password in DATABASE_URL" in finding.message or "${" in written


@pytest.mark.parametrize("written", ["${KEY}", "${KEY:?set it}", "${KEY:-}", "${KEY:-changeme}", "sk-1234", ""])
def test_references_and_examples_pass(written: str, tmp_path: Path) -> None:
    files = {"config.yaml": "model_list: []\n", "compose.yaml": compose(environment={"GROQ_API_KEY": written})}
    assert not findings(deployment(tmp_path, files), "LH304")


def test_a_dockerfile_keeps_what_its_arguments_default_to(tmp_path: Path) -> None:
    dockerfile = f"FROM ghcr.io/berriai/litellm:v1.81.0-stable\nARG GROQ_API_KEY={KEY}\nARG PORT=4000\n"
    _, fix = only(findings(deployment(tmp_path, {"Dockerfile": dockerfile}), "LH304"))
    assert "take it out of the image" in fix.description


# In git


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    return tmp_path


def test_a_tracked_env_file_is_critical(repository: Path) -> None:
    found = with_models(repository, [], f"LITELLM_MASTER_KEY={MASTER}\nGROQ_API_KEY={KEY}\n")
    git(repository, "add", ".env")
    finding, fix = only(findings(found, "LH306"))
    assert finding.severity is Severity.CRITICAL
    assert "git tracks .env with 2 secrets (LITELLM_MASTER_KEY, …)" in finding.message
    assert "git rm --cached .env" in fix.description


def test_one_that_git_does_not_ignore_is_high(repository: Path) -> None:
    finding, _ = only(findings(with_models(repository, [], f"GROQ_API_KEY={KEY}\n"), "LH306"))
    assert finding.severity is Severity.HIGH


def test_a_link_to_a_tracked_file_counts_as_that(repository: Path) -> None:
    (repository / "secret.env").write_text(f"GROQ_API_KEY={KEY}\n")
    git(repository, "add", "secret.env")
    (repository / ".gitignore").write_text(".env\n")
    (repository / ".env").symlink_to("secret.env")
    files = {"config.yaml": "model_list: []\n", "compose.yaml": compose(service="env_file: .env")}
    assert only(findings(deployment(repository, files), "LH306"))[0].severity is Severity.CRITICAL


@pytest.mark.parametrize(
    "dotenv", ["GROQ_API_KEY=\n", "GROQ_API_KEY=your-key-here\nDATABASE_URL=postgresql://u@db/x\n"]
)
def test_a_tracked_file_without_secrets_passes(dotenv: str, repository: Path) -> None:
    found = with_models(repository, [], dotenv)
    git(repository, "add", ".env")
    assert not findings(found, "LH306")


def test_an_ignored_one_passes(repository: Path) -> None:
    (repository / ".gitignore").write_text(".env\n")
    assert not findings(with_models(repository, [], f"GROQ_API_KEY={KEY}\n"), "LH306")


def test_where_git_cannot_tell_nothing_is_judged(repository: Path) -> None:
    found = with_models(repository, [], f"GROQ_API_KEY={KEY}\n")
    (repository / ".git" / "HEAD").unlink()
    assert not findings(found, "LH306")
    assert [one.reason for one in not_judged(found, "LH306")] == ["git does not tell whether it tracks .env"]
