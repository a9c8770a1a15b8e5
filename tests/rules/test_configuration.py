"""lh.toml and [tool.lh]: what they may say, where they are looked for, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from litellm_harden.deployment.model import Owner
from litellm_harden.rules.configuration import Configuration, WrongConfiguration, load
from litellm_harden.rules.model import Severity
from tests.rules.configurations import BAD, BEYOND, GOOD

ALL = """
litellm_version = "1.81.0"
select = ["LH04", "json-logs"]
ignore = ["LH042"]
fail_on = "never"
max_db_connections = 200
instances = 3
expected_rps = 0.5
tolerated_error_rate = 0
exclude = ["old/**"]
env_files = ["prod.env"]

[rules.LH042]
seconds = 1
[rules.database-pool-limit]
connections = 20
"""


NO_TOML = {
    "= 1": "is not valid TOML",
    "x = 1\ny = = 2": "lh.toml:2: is not valid TOML",
    "x = 1\0": "is not valid TOML",
    "x = " + "[" * 5000: "is not valid TOML",
    "a" + ".a" * 400_000 + " = 1": "has a key of more than 64 parts",
    "#" * 1024 * 1024 + "#": "is larger than 1 MiB",
}


def test_every_key_has_its_place(tmp_path: Path) -> None:
    file = tmp_path / "lh.toml"
    file.write_text(ALL)
    found = load(tmp_path)
    assert {one.file for one in found.stated.values()} == {file}
    assert found._replace(stated={}, files=()) == Configuration(
        owner=Owner(
            litellm_version="1.81.0",
            instances=3,
            max_db_connections=200,
            expected_rps=0.5,
            tolerated_error_rate=0,
            env_files=(tmp_path / "prod.env",),
            exclude=((tmp_path, ("old", "**")),),
            options={"LH042": {"seconds": 1}, "LH011": {"connections": 20}},
        ),
        select=("LH04", "json-logs"),
        ignore=("LH042",),
        fail_on=None,
    )


def test_without_a_file_nothing_is_stated(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert load(tmp_path) == Configuration()


def test_it_is_found_upwards_but_not_beyond_the_repository(tmp_path: Path) -> None:
    (tmp_path / "lh.toml").write_text('fail_on = "low"\n')
    inner = tmp_path / "repository" / "deploy"
    inner.mkdir(parents=True)
    (inner / "config.yaml").touch()
    assert load(inner / "config.yaml").fail_on is Severity.LOW
    (tmp_path / "repository" / ".git").mkdir()
    assert load(inner / "config.yaml") == Configuration()
    (tmp_path / "repository" / "lh.toml").write_text("instances = 2")
    assert load(inner).stated["instances"].file == tmp_path / "repository" / "lh.toml"


def test_pyproject_counts_where_it_has_the_table(tmp_path: Path) -> None:
    project = tmp_path / "pyproject.toml"
    (tmp_path / ".git").mkdir()
    project.write_text('[project]\nname = "x"\n')
    assert load(tmp_path) == Configuration()
    project.write_text('[project]\nname = "x"\n[tool.lh]\ninstances = 2\n')
    assert load(tmp_path).owner.instances == 2
    (tmp_path / "lh.toml").write_text("instances = 5\n")
    assert load(tmp_path).owner.instances == 5


@pytest.mark.parametrize("text", GOOD.values(), ids=list(GOOD))
def test_what_means_something_is_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "lh.toml").write_text(text)
    load(tmp_path)


@pytest.mark.parametrize(("text", "says"), [*BAD.items(), *BEYOND.items(), *NO_TOML.items()])
def test_what_it_cannot_mean_is_refused_by_file_and_key(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "lh.toml").write_text(text)
    with pytest.raises(WrongConfiguration) as caught:
        load(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / 'lh.toml'}:")
    assert says in str(caught.value)


def test_the_table_of_pyproject_must_be_one(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool]\nlh = 1\n")
    with pytest.raises(WrongConfiguration, match=r"tool\.lh must be a table"):
        load(tmp_path)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "lh.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(WrongConfiguration, match="UTF-8"):
        load(tmp_path)


def test_no_parser_is_imported_where_there_is_no_file(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n')
    program = (
        "import sys; from pathlib import Path; from litellm_harden.rules.configuration import load; "
        f"load(Path({str(tmp_path)!r})); assert 'tomllib' not in sys.modules and 'tomli' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    "text",
    [
        "[tool.lh]\ninstances = 3\n",
        '["tool" . "lh"]\ninstances = 3\n',
        "[tool]\nlh.instances = 3\n",
        "[ 'tool' ]\nlh = {instances = 3}\n",
        "tool = {lh = {instances = 3}}\n",
        "tool.lh.instances = 3\n",
        "tool . lh = {instances = 3}\n",
    ],
)
def test_the_table_of_pyproject_is_found_however_it_is_spelt(text: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert load(tmp_path).owner.instances == 3
