"""The limits that docs/limits.md states, from both sides."""

from __future__ import annotations

from pathlib import Path

import pytest

from litellm_harden.deployment.compose.interpolation import Interpolated, Interpolator, interpolate
from litellm_harden.deployment.config import load_config
from litellm_harden.deployment.kubernetes.objects import embedded
from litellm_harden.deployment.workspace import Unreadable, Workspace
from litellm_harden.documents.base import Unparsable
from litellm_harden.documents.dockerfile import DockerfileDocument
from litellm_harden.documents.dotenv import DotenvDocument
from litellm_harden.documents.yaml import YamlDocument
from litellm_harden.documents.yaml.stream import Stream
from litellm_harden.text.source import Source
from tests.hostile.cases import bomb

KIB = 1024


def test_a_file_may_have_64_mib(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    workspace = Workspace(tmp_path)
    with file.open("wb") as opened:
        opened.truncate(64 * KIB * KIB + 1)
    with pytest.raises(Unreadable, match="larger than 64 MiB"):
        workspace.read(file)
    with file.open("wb") as opened:
        opened.truncate(64 * KIB * KIB)
    assert len(Workspace(tmp_path).read(file)) == 64 * KIB * KIB


@pytest.mark.parametrize("read", [YamlDocument.litellm, YamlDocument.compose])
def test_yaml_may_nest_100_levels(read: object) -> None:
    assert callable(read)
    read(Source("[" * 100 + "]" * 100))
    with pytest.raises(Unparsable, match="deeper than 100 levels") as told:
        read(Source("\n" + "[" * 101 + "]" * 101))
    assert told.value.line == 2


def test_aliases_of_a_manifest_are_bounded_and_those_of_a_config_are_shared() -> None:
    assert YamlDocument.litellm(Source(bomb())).data
    with pytest.raises(Unparsable, match="aliases expand to too much"):
        Stream(Source(bomb()), embedded)
    assert Stream(Source(bomb(levels=4)), embedded).data


def test_the_python_parser_reads_a_million_characters() -> None:
    flow = "a: [b:c]\n#"
    assert YamlDocument.litellm(Source(flow + "x" * 999_990)).data == {"a": ["b:c"]}
    with pytest.raises(Unparsable, match="not valid YAML"):
        YamlDocument.litellm(Source(flow + "x" * 999_991))


def test_a_number_may_have_4300_digits() -> None:
    assert YamlDocument.litellm(Source("a: " + "9" * 4300)).data == {"a": int("9" * 4300)}
    with pytest.raises(Unparsable, match="cannot convert"):
        YamlDocument.litellm(Source("a: " + "9" * 4301))


def test_an_env_file_may_have_1000_blanks_in_a_row() -> None:
    assert DotenvDocument(Source("A=" + " " * 1000 + "x")).data == {"A": "x"}
    with pytest.raises(Unparsable, match="more than 1000 blanks") as told:
        DotenvDocument(Source("B=1\nA=" + " " * 1001 + "x"))
    assert told.value.line == 2


def test_defaults_inside_defaults_are_followed_for_32_levels() -> None:
    def nested(levels: int) -> Interpolated:
        return interpolate("${A:-" * levels + "x" + "}" * levels, lambda _: None)

    assert nested(32) == Interpolated("x")
    assert nested(34).unknown == "the default of ${A} is nested too deeply"


def test_a_value_may_grow_by_128_kib_and_those_of_a_file_by_8_mib() -> None:
    known = {"A": Interpolated("x" * 64 * KIB)}
    assert len(interpolate("$A$A", known.get).text) == 128 * KIB
    assert interpolate("$A$A$A", known.get).unknown
    substitute = Interpolator(known.get)
    unknown = [bool(substitute("$A").unknown) for _ in range(130)]
    assert unknown == [False] * 128 + [True] * 2


def test_variables_of_a_dockerfile_stay_as_written_where_they_grow_too_long() -> None:
    lines = [f"ARG A{n}=$A{n - 1}$A{n - 1}" for n in range(1, 64)]
    document = DockerfileDocument(Source("\n".join(["FROM a", "ARG A0=" + "x" * 100, *lines])))
    values = document.variables()
    assert values["A5"] == "x" * 3200
    assert max(map(len, values.values())) < 10_000


def test_a_config_may_include_20_levels_deep(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{number}.yaml").write_text(f"include: [{number + 1}.yaml]\n")
    assert len(load_config(Workspace(tmp_path), tmp_path / "0.yaml").files) == 21
