"""Rule files are read strictly, and the pack is what they compile to."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from litellm_harden.rules.compile import RULES, compile_rule, compiled
from litellm_harden.rules.model import Applicability
from litellm_harden.rules.pack import PACK, PROSE, rule
from litellm_harden.rules.table import WrongRule

RULE: dict[str, Any] = {
    "id": "LH942",
    "name": "an-example",
    "title": "An example",
    "severity": "critical",
    "address": "config:router_settings.cooldown_time",
    "options": {"seconds": {"type": "integer", "minimum": 1, "default": 60}},
    "default": 5,
    "expect": {"at_most": "$seconds"},
    "message": "cooldown_time is {value}, not {expected} ({seconds})",
    "fix": {"set": "$seconds", "applicability": "safe"},
    "why": "Because.",
    "sources": ["somewhere"],
    "examples": [{"files": {}, "flags": []}, {"files": {}, "passes": True}],
}


def with_(**changes: object) -> dict[str, Any]:
    """The rule with keys changed; `a__b` is key b in a, and None takes the key out."""
    data = copy.deepcopy(RULE)
    for name, value in changes.items():
        *path, last = name.split("__")
        inner = data
        for key in path:
            inner = inner[key]
        if value is None:
            del inner[last]
        else:
            inner[last] = value
    return data


def test_the_pack_is_in_step_with_the_rule_files() -> None:
    assert compiled(RULES) == (PACK.read_text("utf-8"), PROSE.read_text("utf-8"))


def test_a_right_rule_compiles() -> None:
    found = rule(compile_rule("x.yaml", RULE)[0])
    [[clause]] = found.parts
    assert (found.id, found.item, clause.default) == ("LH942", None, 5)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (with_(expct={}), "unknown key 'expct', did you mean expect"),
        (with_(expect__at_mst=1), "unknown key 'at_mst', did you mean at_most"),
        (with_(fix__sett=1), "unknown key 'sett'"),
        (with_(options__seconds__max=1), "unknown key 'max'"),
        (with_(checklist={"item": 4, "weak": 1}), "unknown key 'weak'"),
        (with_(why=None), "'why' is missing"),
        (with_(message=None), "'message' is missing"),
        (with_(severity="criticl"), "did you mean critical"),
        (with_(id="LH1"), "'id' has the wrong form"),
        (with_(address="router_settings.x"), "'address' has the wrong form"),
        (with_(since="1.81"), "must be a full version"),
        (with_(since=1.81), "of the wrong type"),
        (with_(when="databse"), "did you mean database"),
        (with_(check="no-such-check", expect=None), "'check' has the unknown value"),
        (with_(check="worker-count"), "either 'expect' or 'check'"),
        (with_(expect={}), "is empty"),
        (with_(expect={"at_most": "$second"}), "did you mean seconds"),
        (with_(expect={"matches": "("}), "no regular expression"),
        (with_(fix__set="$x"), "refers to no option"),
        (with_(fix={"applicability": "safe"}), "exactly one of 'set', 'include', 'exclude' and 'remove'"),
        (with_(fix__applicability="saef"), "did you mean safe"),
        (with_(message="{nothing}"), "wrong placeholder"),
        (with_(message="two\nlines"), "one line"),
        (with_(message="{value.__class__}"), "wrong placeholder: {value.__class__}; there are {value}, {expected}"),
        (with_(message="{value!r:>100000000}"), "wrong placeholder: {value!r:>100000000}"),
        (with_(message="{value[0]}"), "wrong placeholder"),
        (with_(message="{value:{seconds}}"), "wrong placeholder"),
        (with_(message="{}"), "wrong placeholder"),
        (with_(message="{value"), "wrong placeholder"),
        (with_(fix__description="set {value}"), "wrong placeholder: {value}; there are {seconds}"),
        (with_(message="x" * 1001), "at most 1000 characters"),
        (with_(options__value={"type": "integer", "default": 1}), "cannot be the name of an option"),
        (with_(options__severity={"type": "string", "default": "low"}), "cannot be the name of an option"),
        (with_(options__seconds__default="1"), "of the wrong type"),
        (with_(options__seconds__minimum="1"), "of the wrong type"),
        (with_(expect={"at_most": "ten"}), "of the wrong type"),
        (with_(expect={"one_of": "ten"}), "of the wrong type"),
        (with_(expect={"present": False}), "must be true"),
        (with_(expect={"each": {"at_most": "$second"}}), "did you mean seconds"),
        (with_(expect={"matches": r"(a)\1"}), "holds a reference back"),
        (with_(address="proxy:deploy.*.B"), "may hold * in the config alone"),
        (with_(address="config:"), "one key between two dots"),
        (with_(address="config:*"), "starts with a key that is told"),
        (with_(address="config:["), "one key between two dots"),
        (with_(address="config:a..b"), "one key between two dots"),
        (with_(address="config:model_list[0].model_name"), "one key between two dots"),
        (with_(address="env:A=B"), "names one variable"),
        (with_(address="env:*"), "names one variable"),
        (with_(address="arg:num_workers=4"), "names one option"),
        (with_(address="image:x"), "names nothing behind image:"),
        (with_(address="proxy:__class__"), "unknown key '__class__'"),
        (with_(address="proxy:restrat"), "did you mean restart"),
        (with_(address="comment:config.yaml"), "unknown key"),
        (with_(default_from="env:A B"), "'default_from' has the wrong form"),
        (with_(address="env:A", fix__set=True), "must be a text or a number"),
        (with_(address="env:A", fix={"include": "b", "applicability": "safe"}), "for lists of the config"),
        (with_(address="env:OPENAI_API_KEY", fix__set="abc"), "would write a secret"),
        (with_(address="env:OPENAI_API_KEY"), "would write a secret"),
        (with_(address="config:general_settings.master_key", fix__set="abc"), "would write a secret"),
        (with_(fix__set={"deep": [{"api_key": "abc"}]}), "would write a secret"),
        (with_(address="env:DATABASE_URL", fix__set="postgres://u:hunter2-Zq8@db/x"), "would write a secret"),
        (with_(parts=[{"variants": 5}]), "of the wrong type"),
        (with_(examples=[{"files": {"a/../../b": ""}, "flags": []}]), "cannot be the name of a file"),
        (with_(examples=[{"files": {"a": 1}, "flags": []}]), "must hold texts by name"),
        (with_(examples=[{"files": {}, "flags": [], "owner": {"exclude": []}}]), "unknown key 'exclude'"),
        (with_(examples=[{"files": {}, "flags": [], "options": {"secons": 1}}]), "did you mean seconds"),
        (with_(examples=[{"files": {}, "passes": True}]), "one that flags and one that passes"),
        ([], "must be a mapping"),
    ],
)
def test_a_wrong_rule_is_refused_by_file_and_key(data: object, says: str) -> None:
    with pytest.raises(WrongRule, match=r"^x\.yaml") as caught:
        compile_rule("x.yaml", data)
    assert says in str(caught.value)


def test_a_fix_may_say_where_a_secret_is() -> None:
    for address, value in (("config:general_settings.master_key", "os.environ/KEY"), ("env:API_KEY", "${KEY}")):
        compile_rule("x.yaml", with_(address=address, fix__set=value))


def test_ids_tell_built_in_rules_from_custom_ones() -> None:
    assert compile_rule("x.yaml", with_(id="ACME001"), custom=True)[0]["id"] == "ACME001"
    for data, custom in ((with_(id="ACME001"), False), (RULE, True)):
        with pytest.raises(WrongRule, match="'id' has the wrong form"):
            compile_rule("x.yaml", data, custom)


def test_a_variant_changes_what_it_names_and_comes_first() -> None:
    variant = {"until": "1.90.0", "default": 10, "fix": {"applicability": "unsafe", "set": 1}, "when": "redis"}
    found = rule(compile_rule("x.yaml", with_(when="database", variants=[variant]))[0])
    [[first, last]] = found.parts
    assert first.when == ("database", "redis") and last.when == ("database",)
    assert (first.default, last.default) == (10, 5)
    assert first.fix is not None and Applicability(first.fix["applicability"]) is Applicability.UNSAFE
    assert first.until is not None and last.until is None
