"""What a hook passes: any file of a commit, of which few belong to a deployment."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Lh

UNRELATED = {
    ".github/workflows/ci.yml": "on: push\njobs: {}\n",
    "mkdocs.yml": "emoji: !!python/name:material.extensions.emoji.twemoji\n",
    "broken.yaml": "a: [\n",
    "vault.yml": "$ANSIBLE_VAULT;1.1;AES256\n3333\n",
    "chart/templates/deploy.yaml": "kind: Deployment\nimage: litellm:{{ .Values.tag }}\n",
    "k8s/service.yaml": "apiVersion: v1\nkind: Service\n---\na: 1\n",
    "web/compose.yaml": "services: {web: {image: nginx}}\n",
    "web/Dockerfile": "FROM alpine\n",
}


@pytest.mark.parametrize("name", UNRELATED)
def test_what_belongs_to_no_deployment_is_passed_over(lh: Lh, gateway: Path, name: str) -> None:
    file = gateway / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(UNRELATED[name])
    result = lh("lint", "--skip-unrelated", name)
    assert (result.status, result.err) == (0, "")


def test_what_was_passed_over_is_not_named_again(lh: Lh, gateway: Path) -> None:
    (gateway / "broken.yaml").write_text("a: [\n")
    result = lh("lint", "--skip-unrelated", "--select", "LH042", "broken.yaml", "config.yaml")
    assert result.out.endswith("it can be fixed: lh fix --select LH042 config.yaml\n")


def test_lh_toml_stands_for_its_folder(lh: Lh, gateway: Path) -> None:
    (gateway / "lh.toml").write_text('select = ["LH042"]\n')
    result = lh("lint", "--skip-unrelated", "lh.toml")
    assert result.status == 1
    assert "cooldown_time is 120 s" in result.out


def test_a_file_that_its_deployment_cannot_read_is_told_as_such(lh: Lh, gateway: Path) -> None:
    (gateway / "config.yaml").write_text("model_list: [\n")
    assert lh("lint", "config.yaml", "--fail-on", "never").err == "lh: config.yaml:2: is not valid YAML\n"


def test_an_env_file_that_is_no_text_is_told_as_such(lh: Lh, gateway: Path) -> None:
    (gateway / ".env").write_bytes(b"A=1\n\x00\xff")
    result = lh("lint", ".env", "--fail-on", "never")
    assert result.status == 3
    assert result.err == "lh: .env:2: holds a NUL byte, so it is not a text file\n"
