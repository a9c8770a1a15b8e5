"""A suppression that is written and, once its finding is repaired, taken out again leaves the bytes as they were."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from litellm_harden.deployment.discovery import discover
from litellm_harden.deployment.model import Owner
from litellm_harden.fix.prove import proven_plan
from litellm_harden.fix.suppress import suppressing_plan
from litellm_harden.rules.judge import Judge, judge
from litellm_harden.rules.model import Verdict
from litellm_harden.rules.pack import load
from tests.rules.worlds import compose

JUDGE = Judge(load().rules)
NOISE = st.sampled_from(["", "# a note", "   # indented: 1", "  ", "# lh: hello"])
BEHIND = st.sampled_from(["", " ", "  # two minutes"])
RULES = {"config.yaml": "LH042", ".env": "LH032", "compose.yaml": "LH024"}
REPAIRS = {"config.yaml": ("120", "60"), ".env": ("DEBUG", "ERROR"), "compose.yaml": ("5s", "90s")}


@st.composite
def noisy(draw: st.DrawFn, lines: list[str]) -> bytes:
    """A file of the lines, with comments and blank lines around them, any line ends, with or without a BOM."""
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    text = "".join(
        f"{newline.join([*draw(st.lists(NOISE, max_size=2)), line])}{newline}" for line in lines
    ) + newline.join(draw(st.lists(NOISE, max_size=2)))
    cut = text if draw(st.booleans()) else text.rstrip()
    return (b"\xef\xbb\xbf" if draw(st.booleans()) else b"") + cut.encode()


@st.composite
def configs(draw: st.DrawFn) -> bytes:
    behind, before = draw(BEHIND), draw(st.sampled_from([[], ["---"], ["model_list: []"]]))
    section = draw(
        st.sampled_from(
            [
                ["router_settings:", f"  cooldown_time: 120{behind}", "  num_retries: 2"],
                ["router_settings: {cooldown_time: 120}"],
                ["router_settings: {num_retries: 2,", "    cooldown_time: 120}", "litellm_settings: {}"],
                ["router_settings:", "    cooldown_time:", f"      120{behind}"],
            ]
        )
    )
    return draw(noisy([*before, *section]))


def envs(draw: st.DrawFn) -> bytes:
    return draw(noisy([*draw(st.sampled_from([[], ["A=1"], ["B='x", "y'"]])), "LITELLM_LOG=DEBUG"]))


@st.composite
def worlds(draw: st.DrawFn) -> Mapping[str, bytes]:
    """A deployment with a finding in each of its files."""
    service = compose(service="env_file: .env\nstop_grace_period: 5s")
    return {
        "config.yaml": draw(configs()),
        ".env": envs(draw),
        "compose.yaml": draw(noisy(service.splitlines())),
    }


def judged(folder: Path, files: Mapping[str, bytes]) -> Verdict:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    found = discover([folder], Owner())
    assert not found.problems
    return judge(found.deployments, JUDGE.rules)


@settings(max_examples=60, deadline=None)
@given(worlds(), st.sampled_from(sorted(RULES)), st.booleans())
def test_a_suppression_leaves_no_trace(files: Mapping[str, bytes], name: str, file_wide: bool) -> None:
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        verdict = judged(folder, files)
        wanted = [one for one in verdict.findings if one.rule.id == RULES[name]]
        assert len(wanted) == 1
        plan = suppressing_plan(verdict, JUDGE, wanted, "meant so", file_wide)
        assert [one.suppressed for one in plan.after.findings if one.rule.id == RULES[name]] == [True]
        assert [file.name for file in plan.edits] == [name]

        old, new = (text.encode() for text in REPAIRS[name])
        suppressed = plan.workspace.source(folder / name).encode()
        assert suppressed != files[name]
        repaired = judged(folder, {name: suppressed.replace(old, new)})
        cleaned = proven_plan(repaired, JUDGE, frozenset({"LH901"}))
        assert cleaned.workspace.source(folder / name).encode() == files[name].replace(old, new)
