"""What is told of each key, from what was observed of the load."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from litellm_harden.rules.pack import load
from litellm_harden.verify.answers import answers, open_question
from litellm_harden.verify.compare import disagreements, findings_for
from litellm_harden.verify.model import Answer, KeyAnswer, Observed
from tests.deploy import deploy, write

CONFIG = """
    model_list:
      - model_name: chat
        litellm_params: {model: openai/chat}
    x-common: {a: b}
    common: &common {a: b}
    general_settings:
      master_key: os.environ/KEY
      database_connection_pool_limit: 20
      enable_metrix: true
    litellm_settings:
      drop_params: true
      guardrails: []
      cache: true
      cache_params: {type: redis, max_connections: 7, timeout: 3}
    router_settings:
      num_retries: 2
      redis_pool: 3
      retry_policy: {TimeoutErrorRetries: 3, TimeoutErorRetries: 3}
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A LiteLLM whose source has a few words."""
    source = 'settings.get("database_connection_pool_limit")\nx["redis_pool"]\n# timeout\n'
    return write(tmp_path / "site", {"litellm/proxy/proxy_cli.py": source}) / "litellm"


def observed(package: Path, **more: Any) -> Observed:
    """A load that went well, but for what is given."""
    good: dict[str, Any] = {
        "version": "1.81.0",
        "package": str(package),
        "loaded": True,
        "reads": [
            *([section] for section in ("model_list", "general_settings", "litellm_settings", "router_settings")),
            ["general_settings", "master_key"],
            ["model_list", 0, "model_name"],
        ],
        "router": ["model_list", "num_retries", "retry_policy"],
        "attributes": ["drop_params", "cache"],
        "declared": ["drop_params", "cache"],
        "fields": {"router_settings.retry_policy": ["TimeoutErrorRetries"]},
        "cache": {"on": True, "arrived": ["type", "max_connections"]},
        "dropped": [],
        "variables": [],
        "refused": [],
        "attempted": [],
        "own_code": [],
        "warnings": [],
        "left_out": [],
    }
    return Observed.of({**good, **more})


def told(folder: Path, seen: Observed, config: str = CONFIG, stand_ins: dict[str, str] | None = None) -> dict[str, str]:
    """The answers that are not "accepted", by address, with their words."""
    found = deploy(folder, {"config.yaml": config}).parts.config
    assert found is not None
    given = answers(found, seen, stand_ins or {})
    return {one.address: f"{one.answer.value}: {one.words}" for one in given if one.answer is not Answer.ACCEPTED}


def test_a_key_is_accepted_where_it_arrived_and_else_as_sure_as_can_be(tmp_path: Path, package: Path) -> None:
    assert told(tmp_path, observed(package)) == {
        "config:common": "ignored: no file of this LiteLLM has that word",
        "config:general_settings.database_connection_pool_limit": (
            "not seen: loading does not ask for it; proxy/proxy_cli.py:1 names it"
        ),
        "config:general_settings.enable_metrix": "ignored: no file of this LiteLLM has that word",
        "config:litellm_settings.cache_params.timeout": "not seen: nothing asks for it",
        "config:router_settings.redis_pool": "ignored: it is no argument of Router.__init__()",
        "config:router_settings.retry_policy.TimeoutErorRetries": "ignored: LiteLLM has no such field and drops it",
    }


def refusal(why: str = "refused", words: str = "TypeError: no") -> dict[str, Any]:
    return {"path": ["litellm_settings", "cache_params"], "words": words, "why": why}


def test_a_refusal_covers_what_stands_inside(tmp_path: Path, package: Path) -> None:
    found = told(tmp_path, observed(package, refused=[refusal()]))
    assert found["config:litellm_settings.cache_params"] == "refused: TypeError: no"
    assert found["config:litellm_settings.cache_params.type"].startswith("not seen: LiteLLM refuses the part")


@pytest.mark.parametrize("why", ["offline", "module", "file"])
def test_what_this_place_lacks_is_no_refusal_and_leaves_the_load_open(why: str, tmp_path: Path, package: Path) -> None:
    seen = observed(package, refused=[refusal(why)], loaded=False)
    assert told(tmp_path, seen)["config:litellm_settings.cache_params"].startswith("not seen:")
    assert open_question(seen, ())


def test_a_stand_in_is_not_refused_for_its_owner(tmp_path: Path, package: Path) -> None:
    config = CONFIG.replace("type: redis", "type: redis, host: os.environ/HOST")
    stand_ins = {"HOST": "lh-stand-in.invalid"}
    about_host = {**refusal(), "path": ["litellm_settings", "cache_params", "host"]}
    for one in (about_host, refusal(words="ValueError: lh-stand-in.invalid is wrong")):
        found = told(tmp_path, observed(package, refused=[one]), config, stand_ins)
        assert found["config:" + ".".join(one["path"])].startswith("not seen: a variable that it refers to")
    found = told(tmp_path, observed(package, refused=[refusal()]), config, stand_ins)
    assert found["config:litellm_settings.cache_params"] == "refused: TypeError: no"


def test_where_the_load_ended_early_only_what_was_asked_for_is_accepted(tmp_path: Path, package: Path) -> None:
    found = told(tmp_path, observed(package, loaded=False, router=[], cache={"on": False, "arrived": []}))
    assert found["config:litellm_settings.cache"] == "ignored: no file of this LiteLLM has that word"
    assert found["config:router_settings.redis_pool"] == "not seen: the load ended before"
    assert "config:general_settings.master_key" not in found


def test_a_model_that_the_router_leaves_out_is_refused_for_reasons_that_hold_elsewhere(
    tmp_path: Path, package: Path
) -> None:
    for why, answer in (("refused", "refused"), ("offline", "not seen"), ("state", "not seen")):
        seen = observed(package, dropped=[0], left_out=[{"words": "BadRequestError: no", "why": why}])
        assert told(tmp_path / why, seen)["config:model_list.0"].startswith(
            f"{answer}: the router leaves this model out"
        )


def compared(folder: Path, address: str, answer: Answer, config: str) -> list[str]:
    """What `lh` is said to say wrongly."""
    deployment = deploy(folder, {"config.yaml": config})
    findings = findings_for("1.81.0", deployment, load().rules)
    return [one.ours for one in disagreements([KeyAnswer(address, answer, "", None)], findings)]


def test_silence_about_what_is_ignored_or_refused_is_a_disagreement(tmp_path: Path) -> None:
    address = "config:general_settings.master_key"
    for answer in (Answer.IGNORED, Answer.REFUSED):
        assert compared(tmp_path, address, answer, CONFIG) == ["nothing"]
    for answer in (Answer.ACCEPTED, Answer.NOT_SEEN):
        assert compared(tmp_path, address, answer, CONFIG) == []


def test_what_its_owner_keeps_for_himself_is_no_matter_of_disagreement(tmp_path: Path, package: Path) -> None:
    found = deploy(tmp_path, {"config.yaml": CONFIG}).parts.config
    assert found is not None
    given = {one.address: one.meant for one in answers(found, observed(package), {})}
    assert given["config:common"]
    assert not given["config:general_settings.enable_metrix"]


def test_a_finding_about_an_ignored_key_is_agreement_and_about_an_accepted_one_is_not(tmp_path: Path) -> None:
    address = "config:router_settings.redis_pool"
    assert compared(tmp_path, address, Answer.IGNORED, CONFIG) == []
    [ours] = compared(tmp_path, address, Answer.ACCEPTED, CONFIG)
    assert ours.startswith("LH201: ")
