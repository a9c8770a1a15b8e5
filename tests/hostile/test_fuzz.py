"""A few seconds of the fuzzer, the same ones each time; and inputs on which it once found something."""

from __future__ import annotations

from pathlib import Path

import pytest

from litellm_harden.documents.base import Refusal, Unparsable
from litellm_harden.documents.dockerfile import DockerfileDocument
from litellm_harden.documents.yaml import YamlDocument
from litellm_harden.text.edits import apply
from litellm_harden.text.source import Source
from tests.hostile.fuzz import Fuzzer, deployments_in


def test_a_few_seconds_of_the_fuzzer(tmp_path: Path) -> None:
    fuzzer = Fuzzer("suite", deployments_in([]), None)
    for number in range(6):
        fuzzer.command(number)
    for number in range(300):
        fuzzer.document(number)
    assert fuzzer.failures == {}
    assert fuzzer.tried["read"] > 100


@pytest.mark.parametrize("read", [YamlDocument.litellm, YamlDocument.compose])
def test_a_second_byte_order_mark_is_told(read: object) -> None:
    assert callable(read)
    with pytest.raises(Unparsable, match="two byte order marks"):
        read(Source.decode(b"\xef\xbb\xbf\xef\xbb\xbfa: 1\n"))


def test_a_value_that_is_not_written_stands_behind_its_colon_whichever_parser_reads_it() -> None:
    text = "v:\n  a:\n  b: # note\n  c:\nimage: [litellm:v1, x]\n"
    for source in (text, text.replace("litellm:v1", "litellm")):
        document = YamlDocument.compose(Source(source))
        edits = document.update(("v", "a"), {"k": 1})
        assert isinstance(edits, tuple)
        assert apply(source, edits).startswith("v:\n  a:\n    k: 1\n  b: # note\n")


def test_an_anchor_that_only_the_python_parser_takes_is_told() -> None:
    with pytest.raises(Unparsable, match="not valid YAML"):
        YamlDocument.compose(Source("a: &b\\c\nd: [e]\n"))


def test_a_command_that_would_go_on_with_the_next_line_is_refused() -> None:
    document = DockerfileDocument(Source("FROM a\nCMD b\nUSER x\n"))
    assert isinstance(document.update((), {"CMD": "run \\"}), Refusal)


@pytest.mark.parametrize("number", ["1" + ":59" * 10_000, "1" + ":59" * 10_000 + ".5", "0x" + "f" * 10_000, "1" * 5000])
def test_a_number_beyond_all_measure_is_told(number: str) -> None:
    with pytest.raises(Unparsable, match="cannot convert"):
        YamlDocument.litellm(Source(f"a: {number}\n"))
