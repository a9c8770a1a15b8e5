"""Whatever the Dockerfile: an edit changes what it says it changes, nothing else, and can be taken back."""

from hypothesis import given
from hypothesis import strategies as st

from litellm_harden.documents.argv import CommandLine
from litellm_harden.documents.base import Proposal, Refusal, Unparsable
from litellm_harden.documents.dockerfile import DockerfileDocument
from litellm_harden.text.edits import apply, reverse
from litellm_harden.text.source import Source

NAMES = st.sampled_from(["A", "B", "LITELLM_LOG"])
VALUES = st.text(st.characters(exclude_characters="\r\n\0", codec="utf-8"), max_size=8)
LINES = st.lists(st.sampled_from(["# comment", "", "  # CMD no", "\t"]), max_size=2)

ENVS = st.sampled_from(
    [
        "ENV A=1",
        "env B='x y' A=\"2\"",
        "ENV A=1 \\\n  B=2 \\\n# inside\n  C=3",
        "ENV A some words",
        "  ENV B=$A",
        "ENV C=\\\\",
    ]
)
COMMANDS = st.sampled_from(
    [
        'CMD ["litellm"]',
        'CMD ["--port", "4000"]',
        "CMD litellm --port 1",
        "CMD litellm \\\n  --port=2",
        'cmd [ \\\n"a" \\\n]',
    ]
)
OTHERS = st.sampled_from(
    [
        "RUN <<EOF\nENV A=no\n# text\nEOF",
        "RUN <<-A cat && <<'B' sh\n\tA\nCMD no\nB",
        "COPY <<EOF /x\r\nCMD no\\\r\nEOF",
        "RUN a && \\\n\n  # c\n  b",
        "ONBUILD ENV A=no",
        "USER x",
        "WORKDIR /app",
        "RUN echo \\\\",
        "HEALTHCHECK CMD x",
        'ENTRYPOINT ["e"]',
        "RUN echo $((1 << 2))",
        "FROM c AS d",
        "FROM b",
    ]
)


@st.composite
def dockerfiles(draw: st.DrawFn) -> str:
    blocks = ["FROM a AS b"]
    for instruction in draw(st.lists(st.one_of(ENVS, COMMANDS, OTHERS), max_size=8)):
        blocks += [*draw(LINES), instruction]
    text = "\n".join([*draw(LINES), *blocks, *draw(LINES)]).replace("\r", "") + draw(st.sampled_from(["", "\n"]))
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


def comments(text: str) -> list[str]:
    return [line.rstrip("\r") for line in text.split("\n") if line.lstrip().startswith("#")]


def edited(text: str, proposal: Proposal) -> DockerfileDocument | None:
    """The Dockerfile after an edit that keeps comments, line ends and the end of the file, and can be taken back."""
    if isinstance(proposal, Refusal):
        return None
    result = apply(text, proposal)
    assert apply(result, reverse(text, proposal)) == text
    assert comments(result) == comments(text)
    assert result.endswith("\n") or not text.endswith("\n")
    if "\r" in text:
        assert "\n" not in result.replace("\r\n", "")
    return DockerfileDocument(Source(result))


def data(document: DockerfileDocument) -> dict[str, object]:
    assert isinstance(document.data, dict)
    return document.data


@given(dockerfiles(), st.dictionaries(NAMES, VALUES, min_size=1))
def test_variables_are_set(text: str, values: dict[str | int, object]) -> None:
    document = DockerfileDocument(Source(text))
    proposal = document.update(("ENV",), values)
    assert not isinstance(proposal, Refusal)
    result = edited(text, proposal)
    assert result is not None
    assert result.source.text.endswith("\n") == text.endswith("\n")
    before, now = data(document), data(result)
    assert isinstance(before["ENV"], dict)
    assert now == {**before, "ENV": {**before["ENV"], **values}}
    assert not any(result.expands(str(name)) for name in values)
    assert result.update(("ENV",), values) == ()


@given(dockerfiles(), NAMES)
def test_a_variable_is_removed(text: str, name: str) -> None:
    document = DockerfileDocument(Source(text))
    result = edited(text, document.remove(("ENV", name)))
    if result is not None:
        before, now = data(document), data(result)
        assert isinstance(before["ENV"], dict)
        assert now == {**before, "ENV": {key: value for key, value in before["ENV"].items() if key != name}}


@given(dockerfiles(), st.lists(VALUES, max_size=3))
def test_a_command_is_set(text: str, words: list[str]) -> None:
    document = DockerfileDocument(Source(text))
    result = edited(text, document.update((), {"CMD": words}))
    if result is not None:
        before, now = data(document), data(result)
        assert {**now, "CMD": 0} == {**before, "CMD": 0}
        assert now["CMD"] == words


@given(dockerfiles(), st.sampled_from(["--port", "--new"]), st.one_of(VALUES, st.just(True)))
def test_an_option_of_the_command_is_set(text: str, flag: str, value: object) -> None:
    document = DockerfileDocument(Source(text))
    line = CommandLine.in_dockerfile(document, "CMD")
    result = edited(text, line.set(flag, value))
    if result is not None:
        now = CommandLine.in_dockerfile(result, "CMD")
        found = now.find(flag, value is not True)
        assert found is not None
        assert found.value == value
        assert now.form == line.form
        assert now.set(flag, value) == ()
        assert {**data(document), "CMD": 0} == {**data(result), "CMD": 0}


@given(dockerfiles())
def test_an_option_of_the_command_is_removed(text: str) -> None:
    document = DockerfileDocument(Source(text))
    line = CommandLine.in_dockerfile(document, "CMD")
    result = edited(text, line.remove("--port", True))
    if result is not None:
        now = CommandLine.in_dockerfile(result, "CMD")
        assert now.find("--port", True) is None
        assert {**data(document), "CMD": 0} == {**data(result), "CMD": 0}


@given(
    st.text(st.characters(exclude_characters="\0", codec="utf-8")), st.sampled_from(["", "FROM a\n", "FROM a\nRUN "])
)
def test_any_text_parses_or_is_unparsable(tail: str, head: str) -> None:
    try:
        document = DockerfileDocument(Source(head + tail))
    except Unparsable as error:
        assert error.line is None or error.line >= 1
        return
    assert document.data
    assert document.copies() is not None
    assert document.run_text() is not None
    for instruction in document.instructions:
        assert document.source.text[instruction.span.start : instruction.span.end].strip()
        assert instruction.line == document.source.position(instruction.span.start).line


PIECES = (
    "FROM a",
    "CMD ",
    "ENV ",
    "A=1",
    "A",
    "[",
    '"x"',
    ",",
    "]",
    "'",
    "\\",
    "\n",
    "\r\n",
    "<<E",
    "E",
    " ",
    "$",
    "#",
)
MORE_PIECES = ("ONBUILD ", "# escape=`\n", "`", "COPY ", "ARG ")


@given(st.lists(st.sampled_from((*PIECES, *MORE_PIECES))).map("".join))
def test_any_mixture_of_pieces_is_edited_soundly_or_refused(text: str) -> None:
    try:
        document = DockerfileDocument(Source(f"FROM a\n{text}"))
    except Unparsable:
        return
    for proposal in (
        document.update(("ENV",), {"A": "new", "Z": "x y"}),
        CommandLine.in_dockerfile(document, "CMD").set("--port", "4"),
        document.remove(("ENV", "A")),
    ):
        if not isinstance(proposal, Refusal):
            result = apply(document.source.text, proposal)
            assert apply(result, reverse(document.source.text, proposal)) == document.source.text
            now = DockerfileDocument(Source(result))
            assert {**data(now), "ENV": 0, "CMD": 0} == {**data(document), "ENV": 0, "CMD": 0}
