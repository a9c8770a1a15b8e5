"""The config that does not reach the proxy: not named, mounted elsewhere, or replaced by a file it includes."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from litellm_harden.deployment.addresses import config_address
from litellm_harden.deployment.config import ConfigFile, is_config
from litellm_harden.deployment.model import Change, Origin, Setting
from litellm_harden.deployment.workspace import Unreadable
from litellm_harden.record import Record
from litellm_harden.rules.checks.context import Check, Context, fix, manual
from litellm_harden.rules.model import Applicability, Fix, Outcome, Violation

if TYPE_CHECKING:
    from pathlib import Path

    from litellm_harden.deployment.deployment import Deployment

ARGUMENT, VARIABLE = "arg:--config", "env:CONFIG_FILE_PATH"
_ELSEWHERE = ("LITELLM_CONFIG_BUCKET_NAME", "WORKER_CONFIG")
"""Variables by which the proxy takes its config from another place."""
_MOST_NAMED = 4


class _Provided(Record):
    """A config file of the host, and where it stands in the container."""

    target: str
    file: Path


def replaced_sections(context: Context) -> Iterator[Outcome]:
    """LH215: an included file takes no section of another one away."""
    config = context.deployment.parts.config
    if config is None or len(config.files) < 2:
        return
    contents = [(file, _content(file)) for file in config.files]
    for section in dict.fromkeys(key for _, content in contents for key in content):
        stating = [(file, content[section]) for file, content in contents if section in content]
        winner = stating[-1][0]
        loser, lost = _lost(stating)
        found = loser.document.find((section,)) if loser is not None else None
        if loser is None or found is None:
            continue
        named = ", ".join(lost[:_MOST_NAMED]) + (f" and {len(lost) - _MOST_NAMED} more" * (len(lost) > _MOST_NAMED))
        yield Violation(
            config_address((section,)),
            f"{winner.file.name} is included and replaces {section} whole: {named} of {loser.file.name} "
            f"{'is' if len(lost) == 1 else 'are'} lost",
            None,
            "all of it in one file",
            manual(f"state {named} in {section} of {winner.file.name} too"),
            None,
            Origin(loser.file, found.key or found.span, (section,)),
        )


def _content(file: ConfigFile) -> dict[str, object]:
    data = file.document.data
    return {key: value for key, value in data.items() if isinstance(key, str)} if isinstance(data, dict) else {}


def _lost(stating: Sequence[tuple[ConfigFile, object]]) -> tuple[ConfigFile | None, list[str]]:
    """The first file that loses keys of its section, and all keys that are lost: the last that states it wins."""
    *others, (winner, stays) = stating
    if isinstance(stays, list):
        return None, []
    kept = stays if isinstance(stays, dict) else {}
    losers = {
        file.file: (file, [str(key) for key in stated if key not in kept])
        for file, stated in others
        if file is not winner and isinstance(stated, dict)
    }
    lost = list(dict.fromkeys(key for _, keys in losers.values() for key in keys))
    return next((file for file, keys in losers.values() if keys), None), lost


def config_not_passed(context: Context) -> Iterator[Outcome]:
    """LH216: a config that is given to the container is the one that the proxy loads."""
    deployment = context.deployment
    project, service = deployment.parts.project, deployment.parts.service
    if project is None or service is None or project.incomplete or deployment.parts.config is not None:
        return
    if any(not context.setting(f"env:{name}").absent for name in _ELSEWHERE):
        return
    stated = context.setting(VARIABLE)
    if not stated.known:
        argument = context.setting(ARGUMENT)
        stated = stated if argument.absent else argument
    configs = _provided_configs(deployment)
    if stated.unknown or not configs:
        return
    first = configs[0]
    if stated.absent:
        yield Violation(
            ARGUMENT,
            f"{first.file.name} stands at {first.target}, but neither --config nor CONFIG_FILE_PATH names it: "
            "the proxy runs without it",
            None,
            first.target,
            _named(configs, ARGUMENT, Applicability.UNSAFE),
        )
    elif isinstance(stated.value, str) and _is_missing(deployment, stated.value):
        yield _missing(stated, stated.value, configs)


def _missing(stated: Setting, path: str, configs: list[_Provided]) -> Violation:
    first = configs[0]
    by_argument = stated.address == ARGUMENT
    name = "--config" if by_argument else "CONFIG_FILE_PATH"
    return Violation(
        stated.address,
        f"{name} is {path}, where nothing is mounted ({first.file.name} stands at {first.target}): "
        f"the proxy {'does not start' if by_argument else 'runs without it'}",
        path,
        first.target,
        # A proxy that does not start cannot become worse; one that runs without its config can.
        _named(configs, stated.address, Applicability.SAFE if by_argument else Applicability.UNSAFE),
    )


def _named(configs: list[_Provided], address: str, applicability: Applicability) -> Fix:
    if len(configs) > 1:
        return manual("name the one that is meant: " + ", ".join(config.target for config in configs))
    name = address.partition(":")[2]
    return fix([Change(address, configs[0].target)], applicability, f"set {name} to {configs[0].target}")


def _provided_configs(deployment: Deployment) -> list[_Provided]:
    found = []
    for target, source in deployment.parts.container.places():
        if source is None or source.suffix not in (".yaml", ".yml") or not deployment.workspace.exists(source):
            continue
        try:
            if is_config(deployment.workspace.config(source).data):
                found.append(_Provided(target, source))
        except Unreadable:
            continue
    return found


def _is_missing(deployment: Deployment, path: str) -> bool:
    """Whether the files show that nothing stands at a path of the container: no mount or copy reaches it, and the
    image is LiteLLM's own, or made here without a word of that file."""
    container, image, service = deployment.parts.container, deployment.parts.image, deployment.parts.service
    wanted = posixpath.normpath(posixpath.join(container.workdir, path))
    if service is None or service.node.get("secrets") is not None or not deployment.parts.official_entrypoint:
        return False
    name = posixpath.basename(wanted)
    if "litellm" in wanted.split("/") or name == "proxy_server_config.yaml":
        return False
    if any(_reaches(target, wanted) for target, _ in container.places()):
        return False
    return service.build is None or (image is not None and name not in image.document.source.text)


def _reaches(target: str, wanted: str) -> bool:
    folder = posixpath.normpath(target)
    return wanted == folder or wanted.startswith(folder.rstrip("/") + "/")


CHECKS: dict[str, Check] = {"replaced-sections": replaced_sections, "config-not-passed": config_not_passed}
