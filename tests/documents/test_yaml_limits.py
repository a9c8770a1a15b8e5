"""What YAML can grow to, and which parser reads it."""

from __future__ import annotations

import subprocess
import sys

import pytest
import yaml

from litellm_harden.documents.base import Unparsable
from tests.documents.editing import document


def test_a_bomb_of_aliases_is_shared_not_copied() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 60)]
    read = document("\n".join(lines))
    assert read.find(("a59", 3, 4, 5)) is not None


def test_a_chain_of_merges_is_bounded() -> None:
    text = "a0: &a0 {k: 1}\n" + "".join(f"a{n}: &a{n} {{<<: *a{n - 1}, k{n}: 1}}\n" for n in range(1, 3000))
    with pytest.raises(Unparsable, match="expand without bound"):
        document(text)


def test_the_python_parser_gives_the_same_where_the_c_parser_is_missing() -> None:
    program = """
import sys
sys.modules["_ruamel_yaml"] = None
from litellm_harden.documents.yaml import YamlDocument
from litellm_harden.text.source import Source
text = "# é\\na: &x [1, 'ü'] # c\\nb: !reset {c: *x}\\nd: |\\n  x\\n\\ne:\\n- 012\\n"
document = YamlDocument.compose(Source(text))
print(document.data, document.tag(("b",)), document.find(("e",)).span, document.find(("d",)).span)
try:
    YamlDocument.compose(Source("a: 'x\\n"))
except Exception as error:
    print(type(error).__name__, error.line)
"""
    with_c = program.replace('sys.modules["_ruamel_yaml"] = None', "")
    outputs = [
        subprocess.run([sys.executable, "-c", p], capture_output=True, text=True, check=True).stdout
        for p in (program, with_c)
    ]
    assert outputs[0] == outputs[1]
    assert "Unparsable 2" in outputs[0]


def test_a_key_is_found_through_many_merges() -> None:
    lines = ["a0: &a0 {k: 1}", *(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, 5000))]
    read = document("\n".join(lines))
    located = read.find(("a4999", "k"))
    assert located is not None
    assert (located.value, located.inherited) == (1, True)
    assert read.find(("a4999", "x")) is None


def test_the_deepest_nesting_can_be_read_and_edited() -> None:
    text = "".join(f"{' ' * n}k:\n" for n in range(100))
    assert document(text).update(("k",) * 99, {"k": 1}) == ((len(text) - 1, len(text) - 1, " 1"),)


@pytest.mark.parametrize(
    "text", ["a: {image: litellm:v1}\n", "a: [CMD, http:b, {c: d:e}]\n", "a: {image: litellm:v1} # ü {\r\nb: 1\r\n"]
)
def test_a_colon_inside_a_plain_flow_value_is_read_as_litellm_reads_it(text: str) -> None:
    assert document(text).data == yaml.safe_load(text)


@pytest.mark.parametrize("first", ["", "import ruamel.yaml"])
def test_ruamel_yaml_itself_can_be_used_before_and_after(first: str) -> None:
    program = f"""{first}
from litellm_harden.documents.yaml import YamlDocument
from litellm_harden.text.source import Source
print(YamlDocument.litellm(Source("a: [1]")).data)
from ruamel.yaml import YAML
print(YAML(typ="safe").load("a: [1]"), YAML(typ="rt").load("a: [1]"))
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "{'a': [1]}\n{'a': [1]} {'a': [1]}\n"
