"""Item 11: metrics are there, complete, of all workers, and scraped."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from litellm_harden.deployment.assembly import official_base
from litellm_harden.deployment.model import Change, Including, Setting
from litellm_harden.litellm.gates import METRICS_NEED_KEY
from litellm_harden.rules.checks.context import Check, Context, fix, manual, refers
from litellm_harden.rules.checks.watching.scrape import (
    AUTH,
    CALLBACKS,
    PROMETHEUS,
    SUCCESS,
    has,
    mounted,
    scrape_job,
    unstated,
)
from litellm_harden.rules.model import Applicability, Fix, Inapplicable, Outcome, Severity, Unclear, Violation
from litellm_harden.rules.words import shown
from litellm_harden.text.patterns import pattern

SERVICE = "config:litellm_settings.service_callback"
SYSTEM = "prometheus_system"
MULTIPROC = "env:PROMETHEUS_MULTIPROC_DIR"
FOLDER = "/prometheus_multiproc"

_CLIENT = pattern(r"prometheus[-_]client|litellm\[[^\]]*proxy-runtime")
_ALWAYS_THERE = ("/tmp", "/var/tmp", "/dev/shm")


def metrics_callback(context: Context) -> Iterator[Outcome]:
    """LH111: prometheus is among the callbacks, so that /metrics is there."""
    callbacks, served = context.setting(CALLBACKS), mounted(context)
    if has(callbacks, PROMETHEUS):
        return
    if callbacks.unknown or isinstance(served, Unclear):
        yield context.unclear("", CALLBACKS, SUCCESS)
        return
    changes = [_including(callbacks, PROMETHEUS)]
    severity = None
    if served:
        message = "prometheus stands in success_callback alone: failed requests are not counted"
        severity = Severity.LOW
    else:
        if unstated(context.setting(AUTH)) and not _needs_key_anyway(context):
            changes.append(Change(AUTH, True))
        message = "prometheus is not among the callbacks: the proxy has no metrics"
        if callbacks.known and isinstance(callbacks.value, str) and "." not in callbacks.value:
            text = shown(callbacks.value)
            message = f"callbacks is the text {text} where LiteLLM wants a list: the proxy does not start"
            severity = Severity.CRITICAL
        message += _not_read(context, "config:general_settings.enable_metrics")
    value = callbacks.value if callbacks.known else None
    repair = _repair(context, callbacks, PROMETHEUS, changes)
    yield Violation(CALLBACKS, message, value, "a list with prometheus", repair, severity)


def _needs_key_anyway(context: Context) -> bool:
    version = context.deployment.version
    return version is not None and version >= METRICS_NEED_KEY


def service_metrics(context: Context) -> Iterator[Outcome]:
    """LH112: prometheus_system is among the service callbacks."""
    setting = context.setting(SERVICE)
    if has(setting, SYSTEM):
        return
    if setting.unknown:
        yield Unclear(SERVICE, setting.reason)
        return
    message = "service_callback has no prometheus_system: Redis, database and queues are not measured"
    if setting.known and setting.value == SYSTEM:
        message = "service_callback is a text where LiteLLM wants a list: Redis, database and queues are not measured"
    elif has(setting, PROMETHEUS):
        message += "; prometheus is not its name there"
    message += _not_read(context, "config:litellm_settings.service_callbacks")
    value = setting.value if setting.known else None
    repair = _repair(context, setting, SYSTEM, [_including(setting, SYSTEM)])
    yield Violation(SERVICE, message, value, "a list with prometheus_system", repair)


def _including(setting: Setting, item: str) -> Change:
    """The change that makes the setting a list with the item; the item alone as a text is no list yet."""
    return Change(setting.address, [item] if setting.known and setting.value == item else Including(item))


def _not_read(context: Context, address: str) -> str:
    """What to add to a message where the owner wrote a key that LiteLLM ignores."""
    key = address.rpartition(".")[2]
    return "" if context.setting(address).absent else f"; {key}, which is there, is not read by LiteLLM"


def _repair(context: Context, setting: Setting, item: str, changes: Sequence[Change]) -> Fix:
    """The changes, as far as they can be made and as safe as the image lets them be."""
    key = setting.address.rpartition(".")[2]
    written = setting.origin.value if setting.origin is not None else None
    if refers(setting):
        return manual(f"write {key} as a list with {item}; inside a list LiteLLM resolves no os.environ reference")
    if written is not None and not isinstance(written, (str, list)):
        return manual(f"write {key} as a list with {item}")
    done = fix(changes)
    doubt = _lacks_client(context)
    if not doubt and isinstance(written, str) and written != item and "." not in written:
        doubt = f"{shown(written)}, which has no effect as a text, is switched on as an item"
    return fix(changes, Applicability.UNSAFE, f"{done.description} ({doubt})") if doubt else done


def _lacks_client(context: Context) -> str:
    """Why prometheus_client may be missing in the image, without which the proxy does not start; else nothing."""
    image = context.deployment.parts.image
    if image is not None:
        there = image.official or _CLIENT.search(image.document.run_text(image.stage)) is not None
        return "" if there else "its Dockerfile installs no prometheus_client, and without it the proxy does not start"
    if official_base(context.deployment.parts.service, None):
        return ""
    return "whether prometheus_client is installed is not known, and without it the proxy does not start"


def multiproc_folder(context: Context) -> Iterator[Outcome]:
    """LH113: several workers share their numbers in a folder that is there."""
    planned, setting, served = context.deployment.topology.planned_workers, context.setting(MULTIPROC), mounted(context)
    if setting.unknown or isinstance(served, Unclear):
        yield context.unclear("", MULTIPROC, CALLBACKS, SUCCESS)
        return
    if setting.absent and planned is None:
        yield context.unclear("how many workers there are is not known", "arg:--num_workers", "env:NUM_WORKERS")
        return
    if setting.absent and planned is not None and planned < 2:
        yield Inapplicable("one worker needs no folder for its metrics")
        return
    stated = str(setting.value) if setting.known and setting.value else ""
    missing = _missing(context, stated or FOLDER)
    if isinstance(missing, Unclear) and stated:
        yield missing
        return
    if stated and not missing:
        return
    changes = [] if stated else [Change(MULTIPROC, FOLDER)]
    if missing:
        changes.append(Change("proxy:tmpfs", Including(stated or FOLDER)))
    if setting.known:
        what = f"{stated} {missing}" if stated else "PROMETHEUS_MULTIPROC_DIR is empty"
        message = f"{what}: {'the proxy does not start' if served else 'with Prometheus the proxy would not start'}"
    else:
        message = _apart(context.deployment.topology.workers, planned, served)
    yield Violation(
        MULTIPROC,
        message,
        setting.value if setting.known else None,
        "a folder that exists and is emptied at each start",
        _folder_fix(context, changes),
        Severity.CRITICAL if setting.known and served else None,
    )


def _apart(now: int | None, planned: int | None, served: bool) -> str:
    """What several workers without a folder come to, be they and the metrics there or planned."""
    there = now is not None and now > 1
    if there and served:
        return f"{now} workers count apart: /metrics shows those of any one of them, a different one each time"
    workers = f"{now} workers" if there else f"{planned} workers, as planned,"
    return f"{workers} would count apart: /metrics would show those of any one of them"


def _folder_fix(context: Context, changes: Sequence[Change]) -> Fix:
    if context.deployment.service is not None:
        return fix(changes)
    make = " in the Dockerfile" if context.deployment.parts.image is not None else ""
    return manual(f"make a folder{make}, empty at each start, and set PROMETHEUS_MULTIPROC_DIR to it")


def _missing(context: Context, path: str) -> str | Unclear:
    """Why the folder is not there for the proxy to write to, as the end of a clause; nothing where it is."""
    parts = context.deployment.parts
    wanted = posixpath.normpath(posixpath.join(parts.container.workdir, path))
    if parts.service is None and parts.image is None:
        return Unclear(MULTIPROC, f"whether {path} exists is known only where the proxy runs")
    if wanted in _ALWAYS_THERE or _made_by_image(context, wanted) or _made_at_start(context, wanted):
        return ""
    mounted_there = _mounted_at(context, wanted)
    if mounted_there is not None:
        return mounted_there
    if parts.command.unknown:
        return Unclear(MULTIPROC, parts.command.unknown)
    if not official_base(parts.service, parts.image) and (parts.image is None or "/" in parts.image.base):
        return Unclear(MULTIPROC, f"whether its image has {path} is not known")
    return "does not exist in the container"


def _made_by_image(context: Context, wanted: str) -> bool:
    image = context.deployment.parts.image
    if image is None:
        return False
    copied = any(f"{posixpath.normpath(target)}/".startswith(f"{wanted}/") for target, _ in image.copies())
    return copied or _mkdir(image.document.run_text(image.stage), wanted)


def _made_at_start(context: Context, wanted: str) -> bool:
    service = context.deployment.parts.service
    nodes = (service.entrypoint, service.command) if service is not None else ()
    return any(_mkdir(str(node.plain()), wanted) for node in nodes if node is not None)


def _mkdir(script: str, wanted: str) -> bool:
    return bool(re.search(rf"mkdir[^\n]*\b{re.escape(posixpath.basename(wanted))}(?![\w.-])", script))


def _mounted_at(context: Context, wanted: str) -> str | Unclear | None:
    """The same, as far as mounts tell; None where nothing is mounted there."""
    service = context.deployment.parts.service
    if service is None:
        return None
    tmpfs = service.node.get("tmpfs")
    for item in tmpfs.items() if tmpfs is not None else ():
        if posixpath.normpath(item.text().partition(":")[0]) == wanted:
            return ""
    for mount in sorted(service.mounts, key=lambda mount: -mount.target.count("/")):
        target = posixpath.normpath(mount.target)
        if target == wanted:
            return "is mounted read-only" if mount.read_only else ""
        if wanted.startswith(f"{target}/") and mount.source is not None:
            inside = mount.source / posixpath.relpath(wanted, target)
            return (
                ""
                if inside.is_dir()
                else Unclear(MULTIPROC, f"whether {wanted} is in {mount.source.name} is not known")
            )
        if wanted.startswith(f"{target}/"):
            return Unclear(MULTIPROC, f"whether {wanted} is in the volume at {target} is not known")
    return None


CHECKS: dict[str, Check] = {
    "metrics-callback": metrics_callback,
    "service-metrics": service_metrics,
    "multiproc-folder": multiproc_folder,
    "scrape-job": scrape_job,
}
