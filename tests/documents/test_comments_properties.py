"""What is told as a comment holds no data, and where a comment is said to fit, one does; in any text."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from litellm_harden.documents.base import Document, Unparsable
from litellm_harden.documents.comments import indentation, lines, marked_comments
from litellm_harden.documents.dockerfile import DockerfileDocument
from litellm_harden.documents.dotenv import DotenvDocument
from litellm_harden.documents.yaml import YamlDocument
from litellm_harden.text.edits import Edit, apply
from litellm_harden.text.source import Source
from tests.documents.test_dockerfile_properties import dockerfiles
from tests.documents.test_dotenv_properties import files
from tests.documents.test_yaml_properties import documents
from tests.documents.test_yaml_within import holding, stream

Reader = Callable[[str], Document]
MARKS = st.sampled_from(["# lh: x", " # lh: x", "#lh:x", "# lh: x\n", "\n# lh: x\n", "\n  # lh: x\n"])
READ: dict[str, Reader] = {
    "yaml": lambda text: YamlDocument.compose(Source(text)),
    "stream": stream,
    "dotenv": lambda text: DotenvDocument(Source(text)),
    "dockerfile": lambda text: DockerfileDocument(Source(text)),
}
TEXTS = {
    "yaml": documents(shared=False),
    "stream": documents().map(lambda text: holding(text.replace("\r\n", "\n").replace("---", "# -"))),
    "dotenv": files.map(lambda file: file.text),
    "dockerfile": dockerfiles(),
}
KINDS = st.sampled_from(sorted(TEXTS)).flatmap(lambda kind: st.tuples(st.just(kind), TEXTS[kind]))


def read(kind: str, text: str) -> Document:
    try:
        return READ[kind](text)
    except Unparsable:
        assume(False)
        raise


def without(text: str, start: int, end: int) -> str:
    return apply(text, [Edit(start, end, "")])


@settings(max_examples=300)
@given(KINDS, st.lists(st.tuples(st.floats(0, 1), MARKS), min_size=1, max_size=3))
def test_a_comment_holds_no_data(made: tuple[str, str], marks: list[tuple[float, str]]) -> None:
    kind, text = made
    for place, mark in marks:
        at = int(place * len(text))
        text = text[:at] + mark + text[at:]
    document = read(kind, text)
    for comment in marked_comments(document):
        assert read(kind, without(text, *comment.span)).data == document.data


@settings(max_examples=300)
@given(KINDS, st.floats(0, 1))
def test_a_comment_fits_above_the_line_that_it_would_be_about(made: tuple[str, str], place: float) -> None:
    kind, text = made
    document = read(kind, text)
    line = lines(document, int(place * len(text)))[0]
    comment = f"{indentation(document.source, line)}# lh: x"
    newline = document.source.newline(line)
    after_all = line == len(text) and not text.endswith("\n") and text != ""
    edited = read(kind, text[:line] + (newline + comment if after_all else comment + newline) + text[line:])
    assert edited.data == document.data
    [found] = marked_comments(edited)
    assert found.alone
    assert found.about == line + len(comment) + len(newline)
