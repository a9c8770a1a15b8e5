"""Env files: what each line means, and how it is edited."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from litellm_harden.documents.base import Key, Proposal, Refusal, Unparsable
from litellm_harden.documents.dotenv import Binding, DotenvDocument
from litellm_harden.text.edits import apply
from litellm_harden.text.source import Source


def document(text: str) -> DotenvDocument:
    return DotenvDocument(Source(text))


def only(text: str) -> Binding:
    (binding,) = document(text).bindings
    return binding


def update(text: str, values: Mapping[str, object]) -> Proposal:
    return document(text).update((), dict[Key, object](values.items()))


def updated(text: str, **values: object) -> str:
    edits = update(text, values)
    assert not isinstance(edits, Refusal), edits
    return apply(text, edits)


def removed(text: str, name: str) -> str:
    edits = document(text).remove((name,))
    assert not isinstance(edits, Refusal), edits
    return apply(text, edits)


def refusal(text: str, **values: object) -> str:
    proposal = update(text, values)
    assert isinstance(proposal, Refusal), proposal
    return proposal.reason


@pytest.mark.parametrize(
    ("line", "name", "value", "written"),
    [
        ('A="q"', "A", "q", '"q"'),
        ("A='q'", "A", "q", "'q'"),
        ("C=v # c", "C", "v", "v"),
        ("C=v  ", "C", "v", "v"),
        ("J=a#b", "J", "a#b", "a#b"),
        ("J=#b", "J", "#b", "#b"),
        ("J= # b", "J", "", ""),
        ("export E=x", "E", "x", "x"),
        ("export=x", "export", "x", "x"),
        ("F = x", "F", "x", "x"),
        ("  F=x", "F", "x", "x"),
        ("'F'=x", "F", "x", "x"),
        ("G=a$HOME", "G", "a$HOME", "a$HOME"),
        ("U=${U:-d}", "U", "${U:-d}", "${U:-d}"),
        ("P=pa$$w", "P", "pa$$w", "pa$$w"),
        ("S='a$X'", "S", "a$X", "'a$X'"),
        ('M="a\nb"', "M", "a\nb", '"a\nb"'),
        ('M="a\r\nb"', "M", "a\nb", '"a\r\nb"'),
        (r'Q="a\"b\\"', "Q", 'a"b\\', r'"a\"b\\"'),
        (r"Q='a\'b'", "Q", "a'b", r"'a\'b'"),
        (r'R="a\tb\r"', "R", "a\tb\r", r'"a\tb\r"'),
        ("K", "K", None, ""),
        ("K # c", "K", None, ""),
        ("L=", "L", "", ""),
        ("L=   ", "L", "", ""),
        ("N=über\u2028x", "N", "über\u2028x", "über\u2028x"),
    ],
)
@pytest.mark.parametrize("around", ["{}", "# first\n\n{}\nLAST=1\n", "A0=1\r\n\r\n{}\r\n", "\n \n{}"])
def test_a_line_is_read_as_python_dotenv_reads_it(
    line: str, name: str, value: str | None, written: str, around: str
) -> None:
    text = around.replace("{}", line)
    read = document(text)
    located = read.find((name,))
    assert located is not None
    assert located.key is not None
    assert (located.value, text[slice(*located.span)], text[slice(*located.key)].strip("'")) == (value, written, name)
    assert read.errors == ()


@pytest.mark.parametrize(
    ("line", "quote", "literal", "exported"),
    [
        ("A=x", "", False, False),
        ('A="x"', '"', False, False),
        ("A='x'", "'", True, False),
        ("export A='x'", "'", True, True),
        ("A", "", False, False),
        ("export  A", "", False, True),
    ],
)
def test_a_binding_tells_how_it_is_written(line: str, quote: str, literal: bool, exported: bool) -> None:
    binding = only(line)
    assert (binding.quote, binding.literal, binding.exported) == (quote, literal, exported)


def test_lines_are_numbered_as_an_editor_numbers_them() -> None:
    bindings = document('A=1\n\n# c\r\n\r\nB="x\ny"\n  C=\x0b\u2028\nD').bindings
    assert [(binding.name, binding.line) for binding in bindings] == [("A", 1), ("B", 5), ("C", 7), ("D", 8)]


def test_a_line_that_python_dotenv_drops_is_an_error_and_stays() -> None:
    text = 'A=1\nK: v\n\nB="open\nC=3\n=x\n'
    read = document(text)
    assert (read.errors, read.data) == ((2, 4, 6), {"A": "1", "C": "3"})
    assert updated(text, C="4", D="5") == 'A=1\nK: v\n\nB="open\nC=4\n=x\nD=5\n'


def test_the_last_binding_wins() -> None:
    text = "A=1\nB=2\nA=3\nA=4\n"
    read = document(text)
    assert read.data == {"A": "4", "B": "2"}
    assert updated(text, A="5") == "A=1\nB=2\nA=3\nA=5\n"
    assert removed(text, "A") == "B=2\n"


@pytest.mark.parametrize("text", ["", "\n", " \n\t", "# only a comment", "# one\r\n\r\n# two\r\n"])
def test_a_file_without_bindings_is_an_empty_mapping(text: str) -> None:
    read = document(text)
    assert (read.data, read.bindings, read.errors, read.find(("A",))) == ({}, (), (), None)


def test_a_byte_order_mark_is_no_part_of_the_first_name() -> None:
    source = Source.decode(b"\xef\xbb\xbfA=1\n")
    read = DotenvDocument(source)
    assert read.data == {"A": "1"}
    assert source.text[slice(*read.bindings[0].span)] == "1"


@pytest.mark.parametrize("text", ["\ufeffA=1\n", "A=1\nB=2" + " " * 1001 + "x"])
def test_what_python_dotenv_cannot_take_is_unparsable(text: str) -> None:
    with pytest.raises(Unparsable) as caught:
        document(text)
    assert caught.value.line == text.count("\n", 0, -1) + 1


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("A=1", "2", "A=2"),
        ("A=1\r\n", "2", "A=2\r\n"),
        ("A=1", 2, "A=2"),
        ("A=1 # why", "2", "A=2 # why"),
        ("export A = 1  \n", "2", "export A = 2  \n"),
        ("A='1'#why", "2", "A='2'#why"),
        ('A="1" # why', "a # b", 'A="a # b" # why'),
        ("A='1'", "pa$w", "A='pa$w'"),
        ('A="1"', "", 'A=""'),
        ('A="1"', 'a"b', 'A=a"b'),
        ("A='1'", "it's", "A=it's"),
        ("A='1'", r"a\b", r"A=a\b"),
        ('A="x\r\ny"\r\nB=1', "z", 'A="z"\r\nB=1'),
        ("A=1", "", "A="),
        ("A=1", "a b#c", "A=a b#c"),
        ("A=", "1", "A=1"),
        ("A= # why", "1", "A=1 # why"),
        ("A = ", "1", "A =1 "),
        ("A", "1", "A=1"),
        ("export A # why\n", "1", "export A=1 # why\n"),
        ("A", "", "A="),
    ],
)
def test_a_value_is_replaced_where_it_stands(before: str, value: object, after: str) -> None:
    assert updated(before, A=value) == after
    assert document(after).update((), {"A": value}) == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "N=1\n"),
        ("\r\n", "N=1\r\n\r\n"),
        ("A=1", "A=1\nN=1"),
        ("A=1\n", "A=1\nN=1\n"),
        ("A=1\r\nB=2", "A=1\r\nB=2\r\nN=1"),
        ("A=1\r\nB=2\r\n", "A=1\r\nB=2\r\nN=1\r\n"),
        ("A=1\n\n# end\n\n\n", "A=1\n\n# end\nN=1\n\n\n"),
        ("A=1\n  ", "A=1\nN=1\n  "),
        ("# only a comment", "# only a comment\nN=1"),
        ("export A=1\nexport B\n", "export A=1\nexport B\nexport N=1\n"),
        ("export A=1\nB=2\n", "export A=1\nB=2\nN=1\n"),
        ("A='x\n\ny'\n", "A='x\n\ny'\nN=1\n"),
    ],
)
def test_a_new_name_goes_behind_the_last_line_with_content(before: str, after: str) -> None:
    assert updated(before, N="1") == after
    assert document(after).update((), {"N": "1"}) == ()


@pytest.mark.parametrize("before", ["A", "A=", "A=1", "A=1\n"])
def test_one_update_sets_old_and_new_names_in_the_order_given(before: str) -> None:
    end = "\n" if before.endswith("\n") else ""
    assert updated(before, M="7", A="8", N="9") == f"A=8\nM=7\nN=9{end}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A=1", ""),
        ("A=1\nB=2\n", "B=2\n"),
        ("B=2\nA=1", "B=2"),
        ("B=2\r\nA=1\r\nA=2", "B=2"),
        ("B=2\n\nA=1\n\n# end\n", "B=2\n\n\n# end\n"),
        ("  export A='x\ny' # why\nB=2", "  # why\nB=2"),
        ("B=2\nA=1 # why\nA=2", "B=2\n# why"),
        ("B=2\n  A # why", "B=2\n  # why"),
        ("A=1\rB=2\rA=3\r", "B=2\r"),
        ("B=2\n", "B=2\n"),
    ],
)
def test_removal_takes_every_binding_and_leaves_the_comments(before: str, after: str) -> None:
    assert removed(before, "A") == after


@pytest.mark.parametrize(
    ("before", "value", "reason"),
    [
        ("A=1", "a\nb", "line break"),
        ('A="1"', "a\rb", "line break"),
        ("A=1", "a\0b", "NUL"),
        ("A=1", "a\udc80b", "every reader"),
        ("A=1", "pa$w", "'$'"),
        ('A="1"', "pa$w", "'$'"),
        ("A='1'", "${B}", "'$'"),
        ("A=1", '"q"', "quote"),
        ("A=1", "'", "quote"),
        ("A=1", "a #b", "'#'"),
        ("A=1", "#b", "'#'"),
        ("A=1", " a", "blank"),
        ("A=1", "a\u00a0", "blank"),
        ("A=1 # why", "", "comment"),
        ("A#why", "1", "read as something else"),
        ("A='1'#why", "it's", "read as something else"),
        ("A=1", "a" + " " * 1001 + "b", "blanks in a row"),
        ("A=1", None, "text"),
        ("A=1", True, "text"),
        ("A=1", ["a"], "text"),
    ],
)
def test_a_value_that_readers_take_differently_is_refused(before: str, value: object, reason: str) -> None:
    assert reason in refusal(before, A=value)


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("A=1", "2", "A=2"),
        ("A=1", "pa$w", "A='pa$w'"),
        ("A=1 # why", " a #b", "A=' a #b' # why"),
        ("A=1", "'q'", "A=\"'q'\""),
        ('A="1"', 'a"$b', "A='a\"$b'"),
        ("", "#b", "A='#b'\n"),
    ],
)
def test_quotes_are_added_where_they_are_admitted_and_needed(before: str, value: str, after: str) -> None:
    proposal = document(before).update((), {"A": value}, quotes=True)
    assert not isinstance(proposal, Refusal)
    assert apply(before, proposal) == after


@pytest.mark.parametrize("value", ["it's $5", "${B}", "a\\$b", "'$"])
def test_what_no_quotes_make_the_same_for_all_is_refused(value: str) -> None:
    assert isinstance(document("A=1").update((), {"A": value}, quotes=True), Refusal)


def test_a_refusal_does_not_repeat_the_value() -> None:
    for value in ("sec$ret", "sec\nret", " sec", "'sec", "sec #"):
        assert "sec" not in refusal("A=1", A=value)


def test_a_stray_quote_that_would_swallow_a_new_line_is_refused() -> None:
    assert "quotes" in refusal('A="open\n', N='a"b')


@pytest.mark.parametrize("name", ["", "A B", "A=B", "1A", "A#B", "ä", 1])
def test_what_cannot_name_a_variable_is_refused(name: str | int) -> None:
    assert isinstance(document("A=1").update((), {name: "1"}), Refusal)


def test_an_env_file_has_neither_lists_nor_nested_values() -> None:
    read = document("A=1")
    assert isinstance(read.append(("A",), "x"), Refusal)
    assert isinstance(read.update(("A",), {"B": "x"}), Refusal)
    assert read.find(()) is read.find(("A", "B")) is read.find((0,)) is None
    assert read.remove(("A", "B")) == read.remove((0,)) == ()
