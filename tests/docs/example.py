"""One example of a rule, as a reader could run it: its files, what `lh lint` says, and what `lh fix` would change."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from litellm_harden.rules.model import Applicability, Rule
from litellm_harden.text.diff import unified
from litellm_harden.text.secret_names import is_secret_name
from tests.docs.markdown import fence
from tests.docs.running import folder, lh

NOTHING = "No findings in 1 deployment, 1 rule judged\n"
"""What `lh lint` says where a rule finds nothing."""

_LANGUAGES = {"Dockerfile": "dockerfile", "yaml": "yaml", "yml": "yaml", "toml": "toml", "env": "sh", "sh": "sh"}


class Shown(NamedTuple):
    """An example in Markdown, and what its fixes ask of the user."""

    text: str
    asks: frozenset[Applicability]


def shown(rule: Rule, example: Mapping[str, Any]) -> Shown:
    """Run an example in a folder of its own. Raises AssertionError where its findings are not what the example says."""
    files = {**_configuration(rule, example), **example["files"]}
    values = {f"NEW_{number}": value for number, value in enumerate(example.get("set", {}).values(), 1)}
    judge = ["lint", "--select", rule.id, *_release(example)]
    fix = ["fix", "--select", rule.id, *_release(example), *_given(example), "--diff"]
    if example.get("unsafe"):
        fix.insert(-1, "--unsafe")
    with folder(files, values):
        judged, fixed, data = lh(*judge), lh(*fix), json.loads(lh(*judge, "--format", "json").out)
    findings = data["findings"]
    assert bool(findings) is not example.get("passes", False), (rule.id, judged)
    asks = frozenset(Applicability(one["fix"]["applicability"]) for one in findings if one["fix"])
    if not findings and len(judge) == 3 and judged.out == NOTHING:
        return Shown("\n".join(_files(files)), asks)
    lines = [*_files(files), fence("console", f"$ {_typed(judge)}\n{judged.out}{judged.err}")]
    if findings and fixed.err:
        lines.append(fence("console", f"$ {_typed(fix)}\n{fixed.err}"))
    if fixed.out:
        lines += [f"`{_typed(fix)}` shows:\n", fence("diff", fixed.out)]
    elif "fixed" in example:
        lines += ["Where nothing stands in its way, the fix is:\n", fence("diff", _difference(example))]
    return Shown("\n".join(lines), asks)


def _difference(example: Mapping[str, Any]) -> str:
    """What the fix alone changes, as tests/rules/test_examples.py holds it."""
    return "".join(unified(example["files"].get(name, ""), text, name) for name, text in example["fixed"].items())


def _files(files: Mapping[str, str]) -> Iterator[str]:
    inside = [name for name in files if not name.startswith(".git/")]
    if len(inside) < len(files):
        yield "In a git repository:\n"
    for name in inside:
        language = _LANGUAGES.get(name.rpartition("/")[2].rpartition(".")[2], "")
        yield f"`{name}`\n\n{fence(language, files[name])}"


def _configuration(rule: Rule, example: Mapping[str, Any]) -> dict[str, str]:
    """The lh.toml that says what the example takes as given."""
    lines = [f"{key} = {json.dumps(value)}\n" for key, value in example.get("owner", {}).items()]
    if example.get("options"):
        lines += [
            f"[rules.{rule.id}]\n",
            *(f"{key} = {json.dumps(value)}\n" for key, value in example["options"].items()),
        ]
    return {"lh.toml": "".join(lines)} if lines else {}


def _release(example: Mapping[str, Any]) -> list[str]:
    return ["--litellm-version", example["version"]] if "version" in example else []


def _given(example: Mapping[str, Any]) -> Iterator[str]:
    """Secrets are given by a variable, so that they stand in no history of a shell."""
    for number, (name, value) in enumerate(example.get("set", {}).items(), 1):
        yield from ("--set", f"{name}=env:NEW_{number}" if is_secret_name(name) else f"{name}={value}")


def _typed(words: list[str]) -> str:
    return " ".join(["lh", *words])
