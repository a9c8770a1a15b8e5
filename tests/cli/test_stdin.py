from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.cli.conftest import CONFIG, ENV, Lh, Result

LARGEST = 64 * 1024 * 1024


class Piped:
    """Runs `lh` with bytes on stdin."""

    def __init__(self, lh: Lh, monkeypatch: pytest.MonkeyPatch) -> None:
        self._lh, self._monkeypatch = lh, monkeypatch

    def __call__(self, content: str | bytes, *arguments: str) -> Result:
        data = content if isinstance(content, bytes) else content.encode()
        self._monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
        return self._lh(*arguments)


@pytest.fixture
def piped(lh: Lh, gateway: Path, monkeypatch: pytest.MonkeyPatch) -> Piped:
    return Piped(lh, monkeypatch)


def test_what_comes_on_stdin_counts_instead_of_the_file(piped: Piped) -> None:
    result = piped(CONFIG.replace("120", "300"), "lint", "--stdin-filename", "config.yaml", "--select", "LH042")
    assert result.status == 1
    assert "cooldown_time is 300 s" in result.out
    assert piped(CONFIG.replace("120", "60"), "lint", "-", "--stdin-filename", "config.yaml").status == 1
    assert piped(CONFIG.replace("120", "60"), "lint", "--stdin-filename", "config.yaml", "--select", "LH042").out != ""


def test_only_what_is_found_in_that_file_is_told(piped: Piped) -> None:
    result = piped(ENV, "lint", "--stdin-filename", ".env", "--select", "LH032,LH042", "--format", "json")
    assert [finding["rule"] for finding in result.data["findings"]] == ["LH032"]
    assert result.data["findings"][0]["file"] == ".env"


def test_a_file_that_is_not_there_yet_is_judged(piped: Piped) -> None:
    result = piped(CONFIG, "lint", "--stdin-filename", "new/config.yaml", "--select", "LH042")
    assert result.status == 1
    assert result.out.startswith("new/config.yaml\n")


def test_fix_prints_the_fixed_text_and_writes_nothing(piped: Piped, gateway: Path) -> None:
    result = piped(
        "\ufeff" + CONFIG.replace("\n", "\r\n"), "fix", "--stdin-filename", "config.yaml", "--select", "LH042"
    )
    assert result.status == 0
    assert result.out == "\ufeff" + CONFIG.replace("120", "60").replace("\n", "\r\n")
    assert (gateway / "config.yaml").read_text() == CONFIG


def test_fix_prints_what_needs_no_fix_as_it_came(piped: Piped) -> None:
    fixed = CONFIG.replace("120", "60").rstrip()
    assert piped(fixed, "fix", "--stdin-filename", "config.yaml", "--select", "LH042").out == fixed


def test_fix_leaves_out_what_needs_other_files_and_says_so(piped: Piped) -> None:
    result = piped(CONFIG, "fix", "--stdin-filename", "config.yaml", "--week", "3")
    assert "would also change" in result.err
    assert "prometheus" not in result.out


def test_fix_fails_for_what_remains_only_where_told_to(piped: Piped) -> None:
    options = ("fix", "--stdin-filename", "config.yaml", "--week", "3")
    assert piped(CONFIG, *options).status == 0
    failed = piped(CONFIG, *options, "--fail-on", "medium")
    assert failed.status == 1
    assert failed.out.startswith("model_list")


def test_fix_shows_the_diff_of_that_file(piped: Piped) -> None:
    result = piped(CONFIG, "fix", "--stdin-filename", "config.yaml", "--select", "LH042,LH032", "--diff")
    assert result.status == 1
    assert "+  cooldown_time: 60" in result.out
    assert ".env" not in result.out


def test_fix_prints_nothing_where_it_cannot_judge(piped: Piped) -> None:
    for broken in ("model_list: [", b"\x00\xff\x00"):
        result = piped(broken, "fix", "--stdin-filename", "config.yaml")
        assert result.status == 3
        assert result.out == ""
        assert "config.yaml" in result.err
    assert piped("a: 1", "fix", "--stdin-filename", "other.yaml").status == 3


def test_a_file_of_no_deployment_is_passed_through_where_that_is_asked_for(piped: Piped) -> None:
    result = piped("a:   1", "fix", "--stdin-filename", "other.yaml", "--skip-unrelated")
    assert (result.status, result.out, result.err) == (0, "a:   1", "")


@pytest.mark.parametrize("file", ["config.yaml", ".env", "docker-compose.yml", "Dockerfile"])
def test_what_is_no_text_cannot_be_judged(piped: Piped, file: str) -> None:
    assert piped(b"\x00\xff" * 100, "lint", "--stdin-filename", file, "--fail-on", "never").status == 3


def test_what_is_too_long_cannot_be_judged(piped: Piped) -> None:
    result = piped(b"#" * (LARGEST + 1), "lint", "--stdin-filename", "docker-compose.yml")
    assert result.status == 3
    assert "is larger than 64 MiB" in result.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("lint", "-"),
        ("lint", ".", "--stdin-filename", "config.yaml"),
        ("lint", "--stdin-filename", ""),
        ("lint", "--stdin-filename", "."),
        ("lint", "--stdin-filename", "config.yaml", "--format", "html"),
        ("fix", "--stdin-filename", "config.yaml", "--format", "json"),
    ],
)
def test_wrong_usage(piped: Piped, arguments: tuple[str, ...]) -> None:
    assert piped(CONFIG, *arguments).status == 2
