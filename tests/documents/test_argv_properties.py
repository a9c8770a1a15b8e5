"""Whatever the words and the way they are written: options read back as set, and every edit can be taken back."""

import json
from collections.abc import Callable

from hypothesis import assume, given
from hypothesis import strategies as st

from litellm_harden.documents.argv import CommandLine
from litellm_harden.documents.base import Proposal, Refusal
from litellm_harden.documents.dockerfile import DockerfileDocument
from litellm_harden.documents.yaml import YamlDocument
from litellm_harden.text.edits import apply, reverse
from litellm_harden.text.source import Source

WORDS = st.sampled_from(
    ["litellm", "--port", "4000", "--port=1", "--debug", "a b", "/app/c.yaml", "it's", 'q"', "-x", "é", "x,y"]
)
VALUES = st.one_of(
    st.sampled_from(["4", "true", "a b", "it's", 'q"\\', "~", "x: y", "", "- a", "#x", "é$"]), st.just(True)
)
Reader = Callable[[str], CommandLine]
COMMENTS = st.sampled_from(["", "  # why", "  # c: [d]"])


def shell(words: list[str], gaps: list[str]) -> str:
    """The words as one string, quoted in turn as a person might."""
    parts = []
    for at, word in enumerate(words):
        plain = all(char.isalnum() or char in "-_./=" for char in word)
        quoted = "'" + word.replace("'", "'\\''") + "'" if at % 2 else json.dumps(word, ensure_ascii=False)
        parts.append(word if plain else quoted)
    between = [*gaps, *[" "] * len(parts)][: len(parts) - 1]
    return "".join(part + gap for part, gap in zip(parts, [*between, ""], strict=True))


@st.composite
def compose_files(draw: st.DrawFn) -> tuple[str, list[str]]:
    words = draw(st.lists(WORDS, min_size=1, max_size=6))
    comment, style = draw(COMMENTS), draw(st.integers(0, 8))
    dumped = [json.dumps(word, ensure_ascii=False) for word in words]
    line = shell(words, draw(st.lists(st.sampled_from([" ", "  "]), max_size=3)))
    folded = shell(words, ["\n  "] * len(words))
    lines = {
        0: f"command: [{', '.join(dumped)}]{comment}",
        1: f"command: [{','.join(dumped)},]",
        2: "command: [\n" + "".join(f"  {word},{comment}\n" for word in dumped) + "]",
        3: "command:\n" + "\n".join(f"- {word}{comment}" for word in dumped),
        4: "command:\n" + "\n".join("  - '" + word.replace("'", "''") + "'" for word in words),
        5: f"command: {json.dumps(line, ensure_ascii=False)}{comment}",
        6: "command: '" + line.replace("'", "''") + f"'{comment}",
        7: f"command: >\n  {folded}",
        8: f"command: |-\n  {folded}",
    }
    text = f"# head\nimage: x\n{lines[style]}\n" + draw(st.sampled_from(["", "# tail\n", "ports: []\n"]))
    text = text if draw(st.booleans()) else text[:-1]
    return (text.replace("\n", "\r\n") if draw(st.booleans()) else text), words


@st.composite
def dockerfiles(draw: st.DrawFn) -> tuple[str, list[str]]:
    words = ["litellm", *draw(st.lists(WORDS, max_size=5))]
    gap = draw(st.sampled_from([" ", " \\\n  "]))
    dumped = [json.dumps(word, ensure_ascii=False) for word in words]
    line = f"[{f',{gap}'.join(dumped)}]" if draw(st.booleans()) else shell(words, [gap] * len(words))
    text = f"FROM a\nENTRYPOINT {line}" + draw(st.sampled_from(["", "\n", "\n# tail\nUSER x\n"]))
    return (text.replace("\n", "\r\n") if draw(st.booleans()) else text), words


def in_compose(text: str) -> CommandLine:
    return CommandLine.in_yaml(YamlDocument.compose(Source(text)), ("command",))


def in_dockerfile(text: str) -> CommandLine:
    return CommandLine.in_dockerfile(DockerfileDocument(Source(text)), "ENTRYPOINT")


def texts(line: CommandLine) -> list[str]:
    return [word.text for word in line.words]


def edited(text: str, proposal: Proposal) -> str:
    """The text after an edit that keeps the line ends and can be taken back."""
    assume(not isinstance(proposal, Refusal))
    assert not isinstance(proposal, Refusal)
    result = apply(text, proposal)
    assert apply(result, reverse(text, proposal)) == text
    assert result.count("#") >= text.count("#")
    if "\r" in text:
        assert "\n" not in result.replace("\r\n", "")
    return result


def expected(words: list[str], flag: str, value: object) -> list[list[str]]:
    """What setting an option may make of the words: separate or joined where it is new."""
    at = [index for index, word in enumerate(words) if word == flag or word.startswith(f"{flag}=")]
    if value is True:
        return [words] if at else [[*words, flag]]
    if not at:
        return [[*words, flag, str(value)], [*words, f"{flag}={value}"]]
    last = at[-1]
    if words[last] != flag:
        return [[*words[:last], f"{flag}={value}", *words[last + 1 :]]]
    return [[*words[: last + 1], str(value), *words[last + 2 :]]]


@given(compose_files(), st.sampled_from(["--port", "--new"]), VALUES)
def test_an_option_is_set_in_compose(case: tuple[str, list[str]], flag: str, value: object) -> None:
    text, words = case
    assert texts(in_compose(text)) == words
    check_set(text, words, flag, value, in_compose)


@given(dockerfiles(), st.sampled_from(["--port", "--new"]), VALUES)
def test_an_option_is_set_in_a_dockerfile(case: tuple[str, list[str]], flag: str, value: object) -> None:
    text, words = case
    assert texts(in_dockerfile(text)) == words
    check_set(text, words, flag, value, in_dockerfile)


def check_set(text: str, words: list[str], flag: str, value: object, read: Reader) -> None:
    assume(value is not True or not any(word.startswith(f"{flag}=") for word in words))
    assume(not any(a == "--port" and b.startswith("--port") for a, b in zip(words, words[1:], strict=False)))
    line = read(edited(text, read(text).set(flag, value)))
    assert texts(line) in expected(words, flag, value)
    assert line.form == read(text).form
    assert line.set(flag, value) == ()


@given(compose_files())
def test_an_option_is_removed_from_compose(case: tuple[str, list[str]]) -> None:
    check_removed(*case, in_compose)


@given(dockerfiles())
def test_an_option_is_removed_from_a_dockerfile(case: tuple[str, list[str]]) -> None:
    check_removed(*case, in_dockerfile)


def check_removed(text: str, words: list[str], read: Reader) -> None:
    rest: list[str] = []
    at = 0
    while at < len(words):
        if words[at] == "--port":
            at += 1
        elif not words[at].startswith("--port="):
            rest.append(words[at])
        at += 1
    assert texts(read(edited(text, read(text).remove("--port", True)))) == rest
