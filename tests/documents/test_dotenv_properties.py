"""Env files of any shape: what holds for every text and every edit."""

from __future__ import annotations

import re
from io import StringIO
from typing import NamedTuple

from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from litellm_harden.documents.base import Proposal, Refusal
from litellm_harden.documents.dotenv import DotenvDocument
from litellm_harden.text.edits import apply, reverse
from litellm_harden.text.source import Source

NAMES = ("A", "B", "LONG_NAME", "export_me")
names = st.sampled_from(NAMES)
plain = st.text("ab1-_./:@%&", max_size=6)
nasty = st.text("A=1'\"#\\ $\r\n\t:{}\u2028\x0cé", max_size=40)


class Line(NamedTuple):
    """A line of a generated file, in the parts that an edit may touch."""

    before: str
    name: str
    middle: str
    value: str
    after: str

    @property
    def text(self) -> str:
        return self.before + self.name + self.middle + self.value + self.after


@st.composite
def bindings(draw: st.DrawFn) -> Line:
    quote = draw(st.sampled_from(["", "'", '"']))
    value = draw(plain if quote else plain.filter(bool))
    after = draw(st.sampled_from(["", " ", " # why"]))
    before = draw(st.sampled_from(["", "export ", "  "]))
    return Line(before, draw(names), draw(st.sampled_from(["=", " = "])), f"{quote}{value}{quote}", after)


others = st.sampled_from(["", "  ", "# note", "#OLD='1", "no: binding"]).map(lambda text: Line(text, "", "", "", ""))


class File(NamedTuple):
    lines: list[Line]
    newline: str
    ended: bool

    @property
    def text(self) -> str:
        return self.newline.join(line.text for line in self.lines) + (self.newline if self.ended else "")


files = st.builds(
    File,
    st.lists(st.one_of(bindings(), others), min_size=2, max_size=8),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)


def values(text: str) -> dict[str, str | None]:
    """The text as python-dotenv reads it from a file."""
    return dict(dotenv_values(stream=StringIO(text, newline=None), interpolate=False))


def applied(text: str, proposal: Proposal) -> str:
    assert not isinstance(proposal, Refusal), proposal
    new = apply(text, proposal)
    assert apply(new, reverse(text, proposal)) == text
    return new


@given(nasty)
def test_any_text_is_read_as_python_dotenv_reads_it(text: str) -> None:
    read = DotenvDocument(Source(text))
    assert read.data == values(text)
    for binding in read.bindings:
        extent = text[slice(*binding.extent)]
        assert values(extent) == {binding.name: binding.value}
        assert values(f"X={text[slice(*binding.span)]}") == {"X": binding.value or ""}
        assert extent.strip()


@given(nasty, st.dictionaries(names, nasty, min_size=1))
def test_an_edit_of_any_text_is_read_back_or_refused(text: str, wanted: dict[str | int, object]) -> None:
    read = DotenvDocument(Source(text))
    proposal = read.update((), wanted)
    if isinstance(proposal, Refusal):
        return
    new = applied(text, proposal)
    assert values(new) == dict([*read.data.items(), *wanted.items()])
    assert DotenvDocument(Source(new)).update((), wanted) == ()


@given(nasty, names, st.text("ab1'\"#\\ $={}`é", max_size=12))
def test_a_value_in_added_quotes_means_the_same_to_python_dotenv_and_to_compose(
    text: str, name: str, value: str
) -> None:
    proposal = DotenvDocument(Source(text)).update((), {name: value}, quotes=True)
    if isinstance(proposal, Refusal):
        return
    new = applied(text, proposal)
    assert dotenv_values(stream=StringIO(new, newline=None), interpolate=True)[name] == value
    written = DotenvDocument(Source(new)).binding(name)
    assert written is not None and written.value == value
    assert written.literal or "$" not in value


@given(nasty, names)
def test_a_removal_from_any_text_takes_out_the_name_alone(text: str, name: str) -> None:
    read = DotenvDocument(Source(text))
    proposal = read.remove((name,))
    if isinstance(proposal, Refusal):
        return
    new = applied(text, proposal)
    assert values(new) == {other: value for other, value in read.data.items() if other != name}
    assert DotenvDocument(Source(new)).remove((name,)) == ()


@given(files, names, plain.filter(bool))
def test_an_update_touches_the_winning_value_alone(file: File, name: str, value: str) -> None:
    index = max((at for at, line in enumerate(file.lines) if line.name == name), default=None)
    new = applied(file.text, DotenvDocument(Source(file.text)).update((), {name: value}))
    if index is None:
        without = [line for line in new.splitlines(keepends=True) if not re.match(rf"(export )?{name}=", line)]
        assert "".join(without).rstrip() == file.text.rstrip()
        assert new.endswith("\n") == file.text.endswith("\n") or not file.text.strip()
        return
    lines = list(file.lines)
    old = lines[index].value
    quote = old[0] if old[0] in "'\"" else ""
    if old != f"{quote}{value}{quote}":
        lines[index] = lines[index]._replace(value=f"{quote}{value}{quote}")
    assert new == file._replace(lines=lines).text


@given(files, names)
def test_a_removal_leaves_every_other_line_and_comment(file: File, name: str) -> None:
    new = applied(file.text, DotenvDocument(Source(file.text)).remove((name,)))
    kept = [line.before.replace("export ", "") + "# why" if line.name == name else line.text for line in file.lines
            if line.name != name or "#" in line.after]  # fmt: skip
    assert new.rstrip("\r\n") == file.newline.join(kept).rstrip("\r\n")
    assert len(re.findall("\n", file.text)) - len(re.findall("\n", new)) == len(file.lines) - len(kept) or not kept


@given(files, st.dictionaries(names, plain), names)
def test_pure_crlf_stays_pure_crlf(file: File, wanted: dict[str | int, object], name: str) -> None:
    text = file._replace(newline="\r\n").text
    read = DotenvDocument(Source(text))
    for proposal in (read.update((), wanted), read.remove((name,))):
        if not isinstance(proposal, Refusal):
            assert not re.search(r"\r(?!\n)|(?<!\r)\n", applied(text, proposal))
