"""Item 5: the separate health app, on while LiteLLM has one that works, and gone where it does not."""

from __future__ import annotations

from collections.abc import Iterator

from litellm_harden.deployment.health import APP, APP_PORT, DEFAULT_APP_PORT, Unknown, app_port, proxy_port, supervised
from litellm_harden.deployment.model import ABSENT, Change
from litellm_harden.litellm.gates import HEALTH_APP, HEALTH_APP_REMOVED, HEALTH_APP_WATCHDOG_CRASHES
from litellm_harden.litellm.versions import Version
from litellm_harden.rules.checks.context import Context, fix
from litellm_harden.rules.model import Applicability, Fix, Inapplicable, Outcome, Severity, Unclear, Violation
from litellm_harden.rules.words import describe, shown

_NETWORK = "proxy:network_mode"
_RESTART = "proxy:restart"
_OWN = "the proxy's own"


def separate_health_app(context: Context) -> Iterator[Outcome]:
    """LH051: a health app of its own where LiteLLM has a working one, and no trace of it where it does not."""
    version, official = context.deployment.version, context.deployment.official_entrypoint
    if official is False:
        yield Inapplicable("only the entrypoint of LiteLLM's own images starts a health app, and it is not used here")
    elif version is None:
        yield Inapplicable("the LiteLLM version is not known (pin the image, or pass --litellm-version)")
    elif version < HEALTH_APP:
        yield Inapplicable(f"does not apply to LiteLLM {version}")
    elif unknown := next((s for s in map(context.setting, (APP, APP_PORT)) if s.unknown), None):
        yield Unclear(unknown.address, unknown.reason)
    elif version >= HEALTH_APP_WATCHDOG_CRASHES:
        yield from _switched_off(context, version)
    elif official is None:
        yield context.unclear("how the image starts the proxy is not known")
    elif context.deployment.parts.manifests is not None and context.setting(APP).absent:
        yield Inapplicable("on Kubernetes the pod's probes would have to ask it too, which its owner decides")
    else:
        yield from _switched_on(context)


def _switched_off(context: Context, version: Version) -> Iterator[Outcome]:
    stated = [setting for setting in map(context.setting, (APP, APP_PORT)) if not setting.absent]
    if not stated:
        return
    first = stated[0]
    repair = _without_app(context, [Change(setting.address, ABSENT) for setting in stated])
    if first.address != APP or first.value != "1":
        says = f"{first.address.partition(':')[2]} is {shown(first.value)}, and no health app is there to read it"
        yield Violation(first.address, says, first.value, "not set", repair, Severity.LOW)
        return
    says = f"its process monitor crashes since {HEALTH_APP_WATCHDOG_CRASHES}: a proxy that dies is not started again"
    if version >= HEALTH_APP_REMOVED:
        says = f"since {HEALTH_APP_REMOVED} LiteLLM has no separate health app: nothing answers on its port"
    yield Violation(APP, f"SEPARATE_HEALTH_APP is 1, but {says}", first.value, "not set", repair)


def _without_app(context: Context, changes: list[Change]) -> Fix:
    """The changes, what else keeps the proxy where it is, and the health app's port no longer published."""
    port, main = app_port(context.deployment), proxy_port(context.deployment)
    variable, flag = context.setting("env:PORT"), context.setting("arg:--port")
    moves = variable.known and variable.value not in ("", "4000") and flag.absent
    if moves and supervised(context.deployment) is True and context.deployment.parts.command.lines:
        # Supervisord has kept the proxy on this port, whatever the variable says.
        changes.append(Change(flag.address, "4000"))
    if isinstance(port, int) and port != main and _unpublishable(context, port):
        changes.append(Change(f"proxy:ports.{port}", ABSENT))
    return fix(changes, description=_description(changes, port))


def _unpublishable(context: Context, port: int) -> bool:
    """Whether a port is published by an item that stands for it alone."""
    from litellm_harden.deployment.ports import immovable, publishing

    service = context.deployment.parts.service
    found = publishing(service, port) if service is not None else None
    return service is not None and found is not None and not immovable(context.deployment, service, found)


def _switched_on(context: Context) -> Iterator[Outcome]:
    app, port = context.setting(APP), context.setting(APP_PORT)
    main = proxy_port(context.deployment)
    if isinstance(main, Unknown):
        yield Unclear(main.address, main.reason)
        return
    number, runs = app_port(context.deployment), app.known and app.value == "1"
    usable = isinstance(number, int) and number != main
    stays = usable and (runs or port.known)
    wanted = number if stays and isinstance(number, int) else _free(context, main)
    publish = _publishing(context, main, wanted)
    if isinstance(publish, Unclear):
        yield publish
        return
    changes = [] if runs else [Change(APP, "1"), *_kept_arguments(context)]
    if not usable or not port.known:
        changes.append(Change(APP_PORT, str(wanted)))
    changes += [*publish, *([] if runs else _brought_back(context))]
    if not changes:
        return
    repair = fix(changes, description=_description(changes, wanted))
    if doubts := "" if runs else _doubts(context) or _in_common(context, wanted):
        repair = fix(changes, Applicability.UNSAFE, f"{repair.description} ({doubts})")
    if not runs:
        value = app.value if app.known else None
        says = f"SEPARATE_HEALTH_APP is {shown(value)}{'' if value in (None, '0', '') else ', not 1'}"
        says += ": health checks wait behind requests (the app misses a frozen proxy)"
        yield Violation(APP, says, value, "1", repair)
    elif not usable:
        says = f"SEPARATE_HEALTH_PORT is {shown(port.value)}, {'no port number' if number != main else _OWN}"
        if not port.known:
            says = f"SEPARATE_HEALTH_PORT is not set, and the health app's default port {main} is {_OWN}"
        yield Violation(APP_PORT, says, port.value, str(wanted), repair)
    elif not port.known:
        says = f"SEPARATE_HEALTH_PORT is not set: that the health app is on port {wanted} stands nowhere"
        yield Violation(APP_PORT, says, None, str(wanted), repair, Severity.LOW)
    else:
        says = f"the health app's port {wanted} is not published beside the proxy's own: from outside, nobody can ask"
        yield Violation(f"proxy:ports.{wanted}", says, None, "published", repair, Severity.MEDIUM)


def _free(context: Context, main: int) -> int:
    """The first port from the default on that is neither the proxy's own nor, on the host's network, taken there."""
    from litellm_harden.deployment.ports import taken

    on_host = context.setting(_NETWORK).value == "host"
    ports = range(DEFAULT_APP_PORT, 65536)
    return next(p for p in ports if p != main and not (on_host and taken(context.deployment, p)))


def _brought_back(context: Context) -> list[Change]:
    """What starts a container again after supervisord's exit, which has status 0 even where the proxy has crashed."""
    policy = context.setting(_RESTART)
    on_failure = policy.known and str(policy.value).startswith("on-failure")
    return [Change(_RESTART, "unless-stopped")] if on_failure else []


def _in_common(context: Context, port: int) -> str:
    """Why the port may be another's although it is not published, or nothing."""
    from litellm_harden.deployment.ports import taken

    deployment, mode = context.deployment, context.setting(_NETWORK)
    if mode.known and mode.value == "host" and (other := taken(deployment, port)):
        return f"{other} publishes port {port} on the host, whose network the proxy uses"
    apart = mode.absent or (mode.known and str(mode.value).partition(":")[0] not in ("host", "service", "container"))
    if not apart:
        return "network_mode shares its ports with others"
    project = deployment.parts.project
    nodes = (service.node.get("network_mode") for service in (project.services.values() if project else ()))
    joined = any(node is not None and node.text() == f"service:{deployment.service}" for node in nodes)
    return "another service shares its ports by network_mode" if joined else ""


def _doubts(context: Context) -> str:
    """What may keep supervisord from starting the proxy as it is started now, or nothing."""
    service = context.deployment.parts.service
    words = [word.text for line in context.deployment.parts.command.lines for word in line.words.words]
    if any(" " in word.strip() for word in words):
        return "supervisord cuts arguments at blanks"
    if context.setting(_RESTART).unknown or _deploy_on_failure(context):
        return "restart on failure would not bring it back: under supervisord a crash ends with status 0"
    read_only = service.node.get("read_only") if service is not None else None
    if service is None or read_only is None or read_only.text() != "true":
        return ""
    temporary = service.node.get("tmpfs")
    writable = [item.text().partition(":")[0] for item in (temporary.items() if temporary is not None else [])]
    writable += [mount.target for mount in service.mounts if not mount.read_only]
    return "" if "/tmp" in (path.rstrip("/") for path in writable) else "supervisord needs a writable /tmp"


def _deploy_on_failure(context: Context) -> bool:
    """Whether what restarts the container is `deploy.restart_policy`, and that only after a failure."""
    policy = context.setting("proxy:deploy.restart_policy.condition")
    return context.setting(_RESTART).absent and (policy.unknown or policy.value == "on-failure")


def _description(changes: list[Change], port: int | Unknown) -> str:
    """The changes as an imperative clause; `port` is the health app's."""
    words = {True: f"stop publishing port {port}", False: f"publish port {port}"}
    said = [
        words[change.value is ABSENT] if change.address.startswith("proxy:ports.") else describe([change])
        for change in changes
    ]
    why = " (a crash then ends with status 0)" if any(change.address == _RESTART for change in changes) else ""
    return f"{', '.join(said)}{why}"


def _kept_arguments(context: Context) -> list[Change]:
    """Where the proxy listens, as arguments: supervisord passes `--host 0.0.0.0 --port=4000` over the variables."""
    if not context.deployment.parts.command.lines:
        return []
    changes = []
    for name in ("port", "host"):
        flag, variable = context.setting(f"arg:--{name}"), context.setting(f"env:{name.upper()}")
        if flag.absent and variable.known and variable.value not in ("", "4000", "0.0.0.0"):
            changes.append(Change(flag.address, str(variable.value)))
    return changes


def _publishing(context: Context, main: int, port: int) -> list[Change] | Unclear:
    """What publishes the health app's port: nothing where the proxy's own is not published, or the host's is taken."""
    from litellm_harden.deployment.ports import publishing, taken

    service, instances = context.deployment.parts.service, context.deployment.topology.instances
    if service is None or instances != 1 or publishing(service, main) is None or taken(context.deployment, port):
        return []
    now = context.setting(f"proxy:ports.{port}")
    if now.unknown:
        return Unclear(now.address, now.reason)
    return [] if now.known else [Change(now.address, str(port))]
