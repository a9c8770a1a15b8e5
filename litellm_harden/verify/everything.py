"""All that can be verified of a run: each deployment's config by LiteLLM, each compose project by Compose."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.rules.model import Rule
from litellm_harden.verify.answers import answers, open_question
from litellm_harden.verify.compare import disagreements, findings_for
from litellm_harden.verify.compose import check, find_compose
from litellm_harden.verify.ending import end_all
from litellm_harden.verify.model import Answer, Composed, Disagreement, KeyAnswer, Loaded, Observed, Verified
from litellm_harden.verify.run import NotObserved, NotStarted, observe
from litellm_harden.verify.surroundings import environment, stand_ins


def verify(deployments: Sequence[Deployment], interpreter: str, rules: Sequence[Rule], timeout: float) -> Verified:
    """Load the configs with the LiteLLM of `interpreter` ("": there is none) and check the compose files, if Compose is
    here. `timeout` is in seconds, for each. Nothing that is started connects to anything."""
    load = partial(_load, interpreter=interpreter, rules=rules, timeout=timeout)
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        try:
            loads = tuple(pool.map(load, range(len(deployments)), deployments))
        except BaseException:  # Ctrl-C does not reach programs in sessions of their own
            pool.shutdown(wait=False, cancel_futures=True)
            end_all()
            raise
    command = find_compose(timeout) if any(deployment.seed.compose for deployment in deployments) else ()
    named = " ".join([Path(word).name for word in command])
    return Verified(interpreter, named, loads, _compose(deployments, command, timeout))


def _load(
    index: int,
    deployment: Deployment,
    interpreter: str,
    rules: Sequence[Rule],
    timeout: float,
) -> Loaded:
    expected = str(deployment.version) if deployment.version is not None else ""
    config = deployment.parts.config
    if config is None or not config.files:
        return Loaded(index, expected=expected, open=deployment.parts.config_unknown)
    if not interpreter:
        return Loaded(index, expected=expected, open="no LiteLLM is installed here (--python names one)")
    values = stand_ins(deployment)
    try:
        observed, of_environment = _observe(interpreter, deployment, values, timeout)
    except NotObserved as error:
        return Loaded(index, expected=expected, open=str(error), stand_ins=tuple(values))
    found = (*of_environment, *answers(config, observed, values))
    unplaced = tuple(
        KeyAnswer("config:", Answer.REFUSED, one["words"], None)
        for one in observed.refused
        if one["path"] is None and one["why"] == "refused"
    )
    return Loaded(
        index,
        version=observed.version,
        expected=expected,
        answers=(*found, *unplaced),
        disagreements=_differences(observed.version, deployment, found, rules),
        open=open_question(observed, found),
        stand_ins=tuple(values),
        attempted=tuple(observed.attempted),
        own_code=tuple(observed.own_code),
        warnings=tuple(observed.warnings),
    )


def _observe(
    interpreter: str, deployment: Deployment, stand_ins: Mapping[str, str], timeout: float
) -> tuple[Observed, tuple[KeyAnswer, ...]]:
    """What LiteLLM makes of the config, and the variable that it does not start with: without it, it does. Raises
    NotObserved."""
    variables = {**environment(deployment), **stand_ins}
    try:
        return observe(interpreter, deployment, variables, timeout), ()
    except NotStarted as error:
        for name in [name for name, value in variables.items() if value.strip() and value in str(error)]:
            others = {other: value for other, value in variables.items() if other != name}
            try:
                observed = observe(interpreter, deployment, others, timeout)
            except NotObserved:
                continue
            setting = deployment.setting(f"env:{name}")
            return observed, (KeyAnswer(setting.address, Answer.REFUSED, str(error), setting.origin),)
        raise NotObserved(f"LiteLLM's proxy does not start here: {error}") from None


def _differences(
    version: str, deployment: Deployment, found: Sequence[KeyAnswer], rules: Sequence[Rule]
) -> tuple[Disagreement, ...]:
    """`lh` is asked about the release that was used, whichever the deployment runs: else the two could not be
    compared."""
    return tuple(disagreements(found, findings_for(version, deployment, rules)))


def _compose(deployments: Sequence[Deployment], command: Sequence[str], timeout: float) -> tuple[Composed, ...]:
    """Each project once."""
    projects = {one.seed.compose: one for one in deployments if one.parts.project is not None and one.seed.compose}
    if not command:
        return tuple(Composed(files, None, "Docker Compose is not installed here") for files in projects)
    return tuple(
        check(command, one.parts.project, files, one.owner.env_files, timeout)
        for files, one in projects.items()
        if one.parts.project is not None
    )
