"""Comments that speak to `lh`: which text is one, and which line it is about."""

from __future__ import annotations

import pytest

from litellm_harden.documents.base import Document
from litellm_harden.documents.comments import lines, marked_comments
from litellm_harden.documents.dockerfile import DockerfileDocument
from litellm_harden.documents.dotenv import DotenvDocument
from litellm_harden.documents.yaml import YamlDocument
from litellm_harden.documents.yaml.stream import Stream
from litellm_harden.text.source import Source
from tests.documents.test_yaml_within import holding, stream, texts


def found(document: Document) -> list[tuple[str, str]]:
    """Each comment, and the line that it is about."""
    return [(text(document, *comment.span), line(document, comment.about)) for comment in marked_comments(document)]


def text(document: Document, start: int, end: int) -> str:
    return document.source.text[start:end]


def line(document: Document, start: int) -> str:
    return text(document, *document.source.line_span(start)).strip()


def speaking(document: Document, what: str) -> list[str]:
    """The lines above which a comment speaks about a text."""
    return [line(document, start) for start in lines(document, document.source.text.index(what))]


def yaml(text: str) -> YamlDocument:
    return YamlDocument.compose(Source(text))


def dotenv(text: str) -> DotenvDocument:
    return DotenvDocument(Source(text))


def dockerfile(text: str) -> DockerfileDocument:
    return DockerfileDocument(Source(text))


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_comment_alone_is_about_the_next_line_that_holds_something(newline: str) -> None:
    lines = ["# lh: a", "", "# other", "#lh: b ", "x: 1", "y:", "  # lh: c", "  - z"]
    document = yaml(newline.join(lines))
    assert found(document) == [("# lh: a", "x: 1"), ("#lh: b", "x: 1"), ("# lh: c", "- z")]


def test_a_comment_behind_a_value_is_about_its_line_and_may_follow_another_comment() -> None:
    document = yaml("a: 1 # lh: x\nb: # two # lh: y\n  c: d#lh:z\n# e: 1  # lh: no\n")
    assert found(document) == [("# lh: x", "a: 1 # lh: x"), ("# lh: y", "b: # two # lh: y")]


def test_text_of_values_holds_no_comments() -> None:
    document = yaml(
        "a: |  # lh: head\n  # lh: no\n  x\n# lh: after\nb: 'x\n  # lh: no\n  y' # lh: behind\n"
        'c: "# lh: no"\nd: >-\n  # lh: no\n\ne: [p,  # lh: in\n  # lh: above\n  q]\n'
    )
    assert [comment for comment, _ in found(document)] == [
        "# lh: head",
        "# lh: after",
        "# lh: behind",
        "# lh: in",
        "# lh: above",
    ]


def test_the_start_of_a_document_holds_nothing() -> None:
    document = yaml("%YAML 1.1\n# lh: a\n---  # first\n\n# lh: b\nx: 1\n")
    assert found(document) == [("# lh: a", "x: 1"), ("# lh: b", "x: 1")]
    assert [line(document, start) for start in lines(document, 0)] == ["x: 1"]


def test_a_comment_speaks_about_a_value_at_its_line_its_key_and_its_brackets() -> None:
    document = yaml("a: [b,\n  {c: d}]\ne:\n  - f\ng:\n  'h\n  i'\nj: |\n  k\n")
    assert speaking(document, "d}") == ["{c: d}]", "a: [b,"]
    assert speaking(document, "- f") == ["- f", "e:"]
    assert speaking(document, "i'") == ["'h", "i'", "g:"]
    assert speaking(document, "c: d") == ["{c: d}]", "a: [b,"]
    assert speaking(document, "k\n") == ["j: |"]


def test_a_comment_above_a_section_does_not_speak_about_its_first_key() -> None:
    assert speaking(yaml("a:\n  b: 1\n"), "b: 1") == ["b: 1"]


def test_a_file_in_a_file_has_comments_of_its_own() -> None:
    document = stream(holding("# lh: a\nx: |\n  # lh: no\ny: 1  # lh: b\n# lh: last\n"))
    assert found(document) == [("# lh: a", "x: |"), ("# lh: b", "y: 1  # lh: b"), ("# lh: last", "other: x")]
    assert speaking(document, "1  # lh") == ["y: 1  # lh: b"]


def test_each_document_of_a_file_has_comments() -> None:
    document = Stream(Source("a: 1 # lh: a\n---\n# lh: b\nb: 2\n# lh: c\n---\nc: '\n  # lh: no'\n"), texts)
    assert found(document) == [("# lh: a", "a: 1 # lh: a"), ("# lh: b", "b: 2"), ("# lh: c", "c: '")]


def test_an_env_file_has_comments_on_lines_of_their_own() -> None:
    document = dotenv('# lh: a\n\nA=1 # lh: no\n  # lh: b\nB="x\n# lh: no\ny"\nC=x#lh: no\n# lh: end\n')
    assert found(document) == [("# lh: a", "A=1 # lh: no"), ("# lh: b", 'B="x'), ("# lh: end", "")]
    assert speaking(document, "y") == ['B="x']
    assert [line(document, start) for start in lines(document, 0)] == ["A=1 # lh: no"]


def test_a_file_of_comments_alone_is_spoken_about_at_its_end() -> None:
    document = dotenv("# lh: a\n")
    assert [comment.about for comment in marked_comments(document)] == lines(document, 0) == [8]


def test_a_dockerfile_has_comments_between_the_lines_of_an_instruction_and_none_in_a_heredoc() -> None:
    document = dockerfile(
        "# syntax=docker/dockerfile:1\n# lh: a\nFROM x\nRUN one \\\n  # lh: b\n  two\nRUN <<EOF\n# lh: no\nEOF\n"
        "RUN x # lh: no\n"
    )
    assert found(document) == [("# lh: a", "FROM x"), ("# lh: b", "two")]
    assert speaking(document, "two") == ["RUN one \\", "two"]
    assert speaking(document, "# lh: no") == ["RUN <<EOF"]


def test_a_hundred_thousand_comments_take_no_longer_each() -> None:
    assert len(marked_comments(yaml("# lh: x\n" * 100_000 + "a: 1\n"))) == 100_000
