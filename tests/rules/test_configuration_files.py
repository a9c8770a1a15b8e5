"""Where configurations are found, how they add up, and what is no file to read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_harden.deployment.exclusion import exclusion, is_excluded
from litellm_harden.rules.configuration import Configuration, Configurations, WrongConfiguration, load
from litellm_harden.rules.configuration.lines import line_of
from litellm_harden.rules.model import Severity


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """The root of a repository."""
    (tmp_path / ".git").mkdir()
    return tmp_path


def _write(folder: Path, text: str, name: str = "lh.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return folder


def test_the_nearest_file_decides_key_by_key_and_option_by_option(top: Path) -> None:
    _write(top, 'instances = 2\nignore = ["LH303"]\nfail_on = "low"\n[rules.LH043]\ntimeout = 1\nrate_limit = 1\n')
    inner = _write(top / "a" / "b", 'instances = 3\nignore = ["LH034"]\n[rules.retry-policy]\nrate_limit = 2\n')
    found = load(inner)
    assert found.owner.instances == 3
    assert found.ignore == ("LH034",)
    assert found.fail_on is Severity.LOW
    assert found.owner.options == {"LH043": {"timeout": 1, "rate_limit": 2}}
    assert found.files == (inner / "lh.toml", top / "lh.toml")
    assert load(top / "a") == load(top)


def test_what_is_overridden_is_kept_with_its_line(top: Path) -> None:
    _write(top, "\n[rules]\nLH042.seconds = 90\n")
    _write(top / "a", "# one\n[tool.lh.rules.cooldown-time]\n\nseconds = 30", "pyproject.toml")
    configurations = Configurations()
    stated = configurations.at(top / "a").stated["rules.LH042.seconds"]
    assert (stated.value, stated.file, configurations.line(stated)) == (30, top / "a" / "pyproject.toml", 4)
    assert stated.outer is not None
    assert (stated.outer.value, stated.outer.file, configurations.line(stated.outer)) == (90, top / "lh.toml", 3)


def test_exclusions_add_up(top: Path) -> None:
    _write(top, 'exclude = ["old"]')
    inner = _write(top / "a", 'exclude = ["*.bak.yaml"]')
    exclusions = load(inner).owner.exclude
    for path in ("a/old/compose.yaml", "a/b/c.bak.yaml"):
        assert is_excluded(top / path, exclusions), path
    assert not is_excluded(top / "c.bak.yaml", exclusions)


@pytest.mark.parametrize(
    ("glob", "means", "not_"),
    [
        ("old", "old/x old/x/y b/old/x old", "older/x x/older"),
        ("old/", "old/x b/old/x", "older"),
        ("a/old", "a/old/x", "b/a/old/x old"),
        ("/old", "old/x", "a/old/x"),
        ("./old", "old/x", "a/old/x"),
        ("*.yaml", "x.yaml a/b/x.yaml", "x.yml x.yaml.txt"),
        ("a/*.yaml", "a/x.yaml", "a/b/x.yaml"),
        ("a/**/x", "a/x a/b/x a/b/c/x/y", "a/bx x"),
        ("**/x", "x a/x a/b/x", "ax"),
        ("a/**", "a/x a/x/y", "b/a/x"),
        ("**", "x a/x", ""),
        ("?.[ab]", "x.a y/x.b", "x.c xx.a"),
        ("a**b/x", "ab/x acb/x", "a/b/x"),
        ("**/" * 500 + "x", "x a/b/x", "y"),
    ],
)
def test_a_glob_is_as_in_a_gitignore(glob: str, means: str, not_: str) -> None:
    one = [exclusion(Path("/top"), glob)]
    assert [path for path in means.split() if not is_excluded(Path("/top", path), one)] == []
    assert [path for path in not_.split() if is_excluded(Path("/top", path), one)] == []
    assert not is_excluded(Path("/elsewhere/old/x.yaml"), one)


def test_a_glob_of_many_stars_takes_no_time() -> None:
    assert not is_excluded(Path("/top", "a" * 200), [exclusion(Path("/top"), "*a" * 40 + "b")])


def _make_fifo(file: Path) -> None:
    os.mkfifo(file)


def _make_loop(file: Path) -> None:
    file.symlink_to(file)


def _make_dangling(file: Path) -> None:
    file.symlink_to("nowhere")


def _make_endless(file: Path) -> None:
    file.symlink_to("/dev/zero")


@pytest.mark.skipif(sys.platform == "win32", reason="has neither FIFOs nor links")
@pytest.mark.parametrize(
    ("make", "says"),
    [
        (Path.mkdir, "is not a regular file"),
        (_make_fifo, "is not a regular file"),
        (_make_endless, "is not a regular file"),
        (_make_dangling, "is a link to nothing"),
        (_make_loop, "cannot be read"),
    ],
)
def test_what_is_called_so_and_is_no_file_is_an_error_for_lh_toml_alone(top: Path, make: object, says: str) -> None:
    assert callable(make)
    make(top / "pyproject.toml")
    assert load(top) == Configuration()
    make(top / "lh.toml")
    with pytest.raises(WrongConfiguration, match=says):
        load(top)


def test_a_link_to_a_file_is_read_where_it_stands(top: Path) -> None:
    shared = _write(top / "shared", 'env_files = ["prod.env"]', "team.toml")
    (top / "a").mkdir()
    (top / "a" / "lh.toml").symlink_to(shared / "team.toml")
    assert load(top / "a").owner.env_files == (top / "a" / "prod.env",)


def test_a_byte_order_mark_and_windows_line_ends_are_no_matter(top: Path) -> None:
    (top / "lh.toml").write_bytes(b"\xef\xbb\xbfinstances = 2\r\nselect = [\r\n]\r\n")
    assert load(top).owner.instances == 2


def test_what_an_editor_holds_counts_instead_of_the_disk(top: Path) -> None:
    _write(top, "instances = 2")
    found = Configurations({top / "lh.toml": b"instances = 3", top / "a" / "lh.toml": b"instances = 4"})
    assert (found.at(top).owner.instances, found.at(top / "a").owner.instances) == (3, 4)


SECRET = "sk-proj-4711abcdefghijklmnop"


@pytest.mark.parametrize(
    "text",
    [
        f'instances = "{SECRET}"',
        f'"{SECRET}" = 1',
        f'select = ["{SECRET}"]',
        f'fail_on = "{SECRET}"',
        f'instances = ["{SECRET}"]',
        f'rules.LH042.seconds = {{key = "{SECRET}"}}',
        f'rules.LH042."{SECRET}" = 1',
        f'rules."{SECRET}".x = 1',
        f'"{SECRET}" = = 1',
    ],
)
def test_no_error_repeats_a_secret(top: Path, text: str) -> None:
    _write(top, text)
    with pytest.raises(WrongConfiguration) as caught:
        load(top)
    assert "4711" not in str(caught.value)
    assert str(caught.value).startswith(f"{top / 'lh.toml'}:1: ")


TOML = '''\
title = """
x = 1
"""  # not = here
a.b = 1
"c d" . 'e' = [
  "f = 2",
  { g = 3 },
]
[h]
i = { j = 4 }   # [k]
[ "l.m" . n ]
o = \'\'\'
[p]\'\'\'
[[q]]
r = 5
'''


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("title", 1),
        ("a b", 4),
        ("a", 4),
        ("c_d e", 5),
        ("h", 9),
        ("h i", 10),
        ("h i j", 10),
        ("l.m n o", 12),
        ("l.m n", 11),
        ("q r", 15),
        ("x", None),
        ("p", None),
        ("k", None),
    ],
)
def test_the_line_of_a_key(key: str, line: int | None) -> None:
    assert line_of(TOML, [part.replace("_", " ") for part in key.split()]) == line


def test_the_files_are_read_by_a_process_without_toml_where_there_is_none(top: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from litellm_harden.rules.configuration import load; "
        f"load(Path({str(top)!r})); assert 'litellm_harden.rules.configuration.files' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


_WORDS = "rules LH042 seconds true exclude select instances cooldown-time severity low 1979-05-27 nan tool.lh"
_PIECES = st.sampled_from([*"[]{}=.,1#\n \0", *_WORDS.split(), '"x"', "[[", "'" * 3, '"' * 3])


@given(st.lists(_PIECES, max_size=40).map("".join) | st.text(max_size=40))
def test_no_text_does_more_than_be_wrong(text: str) -> None:
    here = Path("/nowhere/at/all")
    configurations = Configurations({here / "lh.toml": text.encode("utf-8", "surrogatepass")})
    try:
        found = configurations.at(here)
    except WrongConfiguration as error:
        assert str(error).startswith(str(here / "lh.toml"))
    else:
        assert all(configurations.line(one) for one in found.stated.values())
