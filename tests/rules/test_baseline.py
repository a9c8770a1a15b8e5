"""Baseline files: what is written is read, in one order, one finding a line; what is wrong is told with its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_harden.rules.baseline import Entry, WrongBaseline, read, write, written

TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
ENTRIES = st.lists(
    st.builds(Entry, st.from_regex("[0-9a-f]{32}", fullmatch=True), TEXTS, TEXTS, TEXTS, TEXTS),
    max_size=6,
    unique_by=lambda one: one.fingerprint,
)
ONE = Entry("a" * 32, "LH042", "compose.yaml#litellm", "config:router_settings.cooldown_time", "config.yaml")
TWO = ONE._replace(fingerprint="b" * 32, rule="LH043")


@given(st.data())
def test_what_is_written_is_read_whatever_the_order(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    entries = data.draw(ENTRIES)
    file = tmp_path_factory.getbasetemp() / "baseline.json"
    write(file, entries)
    assert sorted(read(file)) == sorted(entries)
    assert written(data.draw(st.permutations(entries))).encode() == file.read_bytes()


def test_each_finding_is_a_line() -> None:
    lines = [json.loads(line.strip(" ,")) for line in written([TWO, ONE]).splitlines()[3:-2]]
    assert [Entry(**line) for line in lines] == [ONE, TWO]


def test_findings_that_a_merge_has_twice_count_once(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(written([ONE]).replace("[\n", "[\n" + written([ONE]).splitlines()[3] + ",\n", 1))
    assert written(read(file)) == written([ONE])


def test_a_file_that_says_the_same_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    write(file, [ONE, TWO])
    before = file.stat().st_mtime_ns, file.stat().st_ino
    write(file, [TWO, ONE])
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == before
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_and_the_mode_stay(tmp_path: Path) -> None:
    file, link = tmp_path / "baseline.json", tmp_path / "link.json"
    write(file, [])
    file.chmod(0o640)
    link.symlink_to(file.name)
    write(link, [ONE])
    assert link.is_symlink() and read(file) == (ONE,)
    assert file.stat().st_mode & 0o777 == 0o640


TEXT = written([ONE, TWO])


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        (TEXT.replace("lh-baseline-1", "lh-baseline-2"), 2, "its schema is not lh-baseline-1"),
        ("model_list: []\n", 1, "is not valid JSON"),
        (TEXT.replace("},\n", "}\n"), 5, "is not valid JSON"),
        ("[]", 1, "is no baseline"),
        (TEXT.replace("}\n  ]", "},\n    7\n  ]"), 6, "finding 3 has no fingerprint"),
        (TEXT.replace('"LH043"', "43"), 5, "finding 2 has no rule"),
        ('{"schema": "lh-baseline-1",\n "findings": {}}', 2, "findings must be a list"),
        (TEXT.replace("{", '{"mine": {"findings": [1]},', 1).replace('"LH043"', "43"), 1, "finding 2 has no rule"),
        (TEXT.replace("    {", "<<<<<<< HEAD\n    {", 1), 4, "marks of a merge"),
        (TEXT.replace("cooldown", "\udcff", 1), 4, "is not valid UTF-8"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, content: str, line: int, says: str) -> None:
    file = tmp_path / "baseline.json"
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(WrongBaseline, match=says) as told:
        read(file)
    assert (told.value.file, told.value.line) == (file, line)
    assert str(told.value) == f"{file}:{line}: {told.value.message}"


def test_what_is_no_small_file_is_not_read(tmp_path: Path) -> None:
    large, deep = tmp_path / "large.json", tmp_path / "deep.json"
    with large.open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    deep.write_text("[" * 100_000)
    for path, says in ((large, "larger than 64 MiB"), (tmp_path, "not a regular file"), (deep, "is not valid JSON")):
        with pytest.raises(WrongBaseline, match=says):
            read(path)
