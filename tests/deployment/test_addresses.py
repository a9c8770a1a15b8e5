"""Addresses of settings inside the config, lists and odd keys included."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from litellm_harden.deployment.addresses import config_address, config_path
from litellm_harden.deployment.model import Change, Planned, Renamed
from tests.rules.worlds import compose, deployment

KEYS = st.one_of(st.integers(0, 99), st.text(min_size=1))


@given(st.lists(KEYS, min_size=1))
def test_every_path_comes_back_from_its_address(path: list[str | int]) -> None:
    assert config_path(config_address(tuple(path))) == tuple(path)


def test_plain_keys_are_written_plain() -> None:
    assert config_address(("router_settings", "retry_policy", "TimeoutErrorRetries")) == (
        "config:router_settings.retry_policy.TimeoutErrorRetries"
    )
    assert config_address(("model_list", 0, "gpt-4.1")) == 'config:model_list.0."gpt-4.1"'


def test_items_of_a_list_from_several_files_are_counted_through(tmp_path: Path) -> None:
    files = {
        "config.yaml": "model_list:\n  - model_name: one\ninclude: [more.yaml]\n",
        "more.yaml": "model_list:\n  - model_name: two\n",
        "compose.yaml": compose(),
    }
    found = deployment(tmp_path, files)
    second = found.setting("config:model_list.1.model_name")
    assert second.value == "two"
    assert second.origin is not None and second.origin.file.name == "more.yaml"
    planned = found.plan([Change("config:model_list.1.model_name", "three")])
    assert isinstance(planned, Planned)
    assert [file.name for file in planned.edits] == ["more.yaml"]


def test_keys_and_options_are_renamed_where_they_stand(tmp_path: Path) -> None:
    files = {
        "config.yaml": "router_settings: {cooldown: 5}\n",
        "compose.yaml": compose(arguments="--num-workers 4"),
    }
    found = deployment(tmp_path, files)
    planned = found.plan(
        [
            Change("config:router_settings.cooldown", Renamed("cooldown_time")),
            Change("arg:--num-workers", Renamed("--num_workers")),
        ]
    )
    assert isinstance(planned, Planned)
    texts = found.workspace.edited(planned.edits)
    assert texts.source(tmp_path / "config.yaml").text == "router_settings: {cooldown_time: 5}\n"
    assert '"--num_workers", "4"' in texts.source(tmp_path / "compose.yaml").text
