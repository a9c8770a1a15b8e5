"""LH114: the Prometheus beside the proxy asks it for its metrics, with a key where it needs one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING

from litellm_harden.deployment.model import Change, Including, Setting
from litellm_harden.litellm.gates import METRICS_NEED_KEY
from litellm_harden.record import Record
from litellm_harden.rules.checks.context import Context, fix, manual, whole
from litellm_harden.rules.model import Fix, Inapplicable, Outcome, Unclear, Violation

if TYPE_CHECKING:
    from litellm_harden.deployment.compose.service import Service
    from litellm_harden.deployment.prometheus import Prometheus, Reach

CALLBACKS = "config:litellm_settings.callbacks"
SUCCESS = "config:litellm_settings.success_callback"
AUTH = "config:litellm_settings.require_auth_for_metrics_endpoint"
SCRAPES = "prometheus:scrape_configs"
PROMETHEUS = "prometheus"

_PATH = "/metrics/"
_AUTHORIZATION = "authorization with credentials_file: /etc/prometheus/litellm.key, a file that holds a LiteLLM key"
_PORT = 4000
_MOST_TARGETS = 100_000
CARRY_KEY = ("authorization", "bearer_token", "bearer_token_file")
_MAY_CARRY_KEY = ("oauth2", "http_headers")


def has(setting: Setting, item: str) -> bool:
    """Whether the setting is a list with the item."""
    return setting.known and isinstance(setting.value, list) and item in setting.value


def unstated(setting: Setting) -> bool:
    """Whether nothing is written there, not even a reference to a variable that is not set."""
    return setting.absent and (setting.origin is None or setting.origin.value is None)


def mounted(context: Context) -> bool | Unclear:
    """Whether the proxy serves /metrics: prometheus stands in a list of callbacks."""
    settings = context.setting(CALLBACKS), context.setting(SUCCESS)
    if any(has(setting, PROMETHEUS) for setting in settings):
        return True
    return next((Unclear(setting.address, setting.reason) for setting in settings if setting.unknown), False)


class _Job(Record):
    """A job of the scrape config, its place there, and the targets that it names itself."""

    number: int
    data: Mapping[str, object]
    targets: tuple[str, ...]

    @property
    def name(self) -> str:
        return str(self.data.get("job_name", self.number + 1))

    @property
    def finders(self) -> list[str]:
        """What else it finds targets by, beyond names that are written in it."""
        return [key for key in self.data if key.endswith("_sd_configs") and key != "dns_sd_configs"]

    @property
    def is_probe(self) -> bool:
        """Whether its targets are what an exporter is to look at, not what is scraped."""
        relabels = [each for each in _list(self.data.get("relabel_configs")) if isinstance(each, dict)]
        moved = any(each.get("target_label") == "__address__" for each in relabels)
        return moved or self.data.get("metrics_path") == "/probe"

    def asks(self, reach: Reach) -> bool:
        """Whether one of its targets is the proxy."""
        if self.is_probe:
            return False
        return any(_leads(target, reach) for target in self.targets) or any(
            _resolves(found, reach) for found in _list(self.data.get("dns_sd_configs"))
        )


def scrape_job(context: Context) -> Iterator[Outcome]:
    """LH114: a job asks the proxy."""
    parts = context.deployment.parts
    prometheus = parts.prometheus
    if prometheus is None or parts.project is None or parts.service is None:
        yield Inapplicable("no Prometheus is part of the compose files")
        return
    needs_key = _needs_key(context)
    if prometheus.unknown or isinstance(needs_key, Unclear):
        yield needs_key if isinstance(needs_key, Unclear) else Unclear(SCRAPES, prometheus.unknown)
        return
    from litellm_harden.deployment.prometheus import reach

    port = _port(context)
    ways = reach(parts.project, parts.service, prometheus.service, port if isinstance(port, str) else None)
    jobs = read_jobs(prometheus.data)
    if isinstance(jobs, Unclear):
        yield jobs
        return
    asking = [job for job in jobs if job.asks(ways)]
    if asking:
        judged = [_judged(context, job, needs_key) for job in asking]
        if all(judged):
            yield next(outcome for outcome in judged if outcome)
        return
    if isinstance(port, Unclear):
        yield port
        return
    doubt = _doubt(context, prometheus.data, jobs, ways)
    yield Unclear(SCRAPES, doubt) if doubt else _no_job(context, prometheus, jobs, ways, needs_key)


def _needs_key(context: Context) -> bool | Unclear:
    """Whether /metrics asks for a key, now or once prometheus is added to the callbacks."""
    stated, served = context.setting(AUTH), mounted(context)
    if stated.unknown:
        return Unclear(SCRAPES, stated.reason)
    if isinstance(served, Unclear):
        return Unclear(SCRAPES, served.reason)
    if context.version >= METRICS_NEED_KEY:
        return not stated.known or stated.value is not False
    return not served if unstated(stated) else stated.value is True


def _port(context: Context) -> str | Unclear:
    """The port that the proxy listens on."""
    for address in ("arg:--port", "env:PORT"):
        setting = context.setting(address)
        if setting.unknown:
            return Unclear(SCRAPES, setting.reason)
        if setting.known and (number := whole(setting.value)) is not None:
            return str(number)
    return str(_PORT)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def read_jobs(data: object) -> list[_Job] | Unclear:
    """The jobs of a scrape config, parsed."""
    if data is not None and not isinstance(data, dict):
        return Unclear(SCRAPES, "the scrape config is no mapping")
    stated = data.get("scrape_configs") if data is not None else None
    if stated is not None and not isinstance(stated, list):
        return Unclear(SCRAPES, "scrape_configs is no list")
    jobs, left = [], _MOST_TARGETS
    for number, job in enumerate(_list(stated)):
        if isinstance(job, dict):
            found = list(islice(_targets(job), left))
            left -= len(found)
            jobs.append(_Job(number, job, tuple(target for target in found if target)))
    return jobs if left else Unclear(SCRAPES, f"it names more than {_MOST_TARGETS} targets")


def _targets(job: Mapping[str, object]) -> Iterator[str]:
    """The targets that a job names, and an empty text for each group of them: anchors can make many of few lines."""
    for group in _list(job.get("static_configs")):
        yield ""
        yield from map(str, _list(group.get("targets")) if isinstance(group, dict) else ())


def _leads(target: str, reach: Reach) -> bool:
    host, _, port = target.rpartition(":")
    if host in reach.hosts:
        return reach.port in (None, port)
    return host in reach.host_names and port in reach.published


def _resolves(found: object, reach: Reach) -> bool:
    """Whether a `dns_sd_configs` entry asks for the addresses of the proxy's containers."""
    if not isinstance(found, dict) or found.get("type") not in ("A", "AAAA"):
        return False
    names = {str(name).removeprefix("tasks.") for name in _list(found.get("names"))}
    return bool(names & reach.hosts) and reach.port in (None, str(found.get("port")))


def _judged(context: Context, job: _Job, needs_key: bool) -> Outcome | None:
    """What is wrong with a job that asks the proxy."""
    place = f"{SCRAPES}.{job.number}"
    path = str(job.data.get("metrics_path", "/metrics"))
    follows = str(job.data.get("follow_redirects", True)).lower() not in ("false", "no", "off", "n")
    root = context.setting("env:SERVER_ROOT_PATH")
    prefix = str(root.value or "").rstrip("/") if root.known else ""
    wrong = path.removeprefix(prefix) not in ((_PATH, "/metrics") if follows else (_PATH,))
    if wrong and root.unknown and path.rstrip("/").endswith("/metrics"):
        return Unclear(SCRAPES, root.reason)
    if needs_key and not any(job.data.get(key) for key in CARRY_KEY):
        other = next((key for key in _MAY_CARRY_KEY if job.data.get(key)), None)
        if other:
            return Unclear(SCRAPES, f"whether the {other} of the job {job.name} carries a LiteLLM key is not known")
        also = f"metrics_path: {prefix}{_PATH} and " if wrong else ""
        return Violation(
            f"{place}.authorization",
            f"the job {job.name} asks for the proxy's metrics without a key, and gets 401",
            None,
            "authorization with a LiteLLM key",
            manual(f"give the job {job.name} {also}{_AUTHORIZATION}"),
        )
    if wrong:
        return Violation(
            f"{place}.metrics_path",
            f"the job {job.name} asks the proxy for {path}; its metrics are at {prefix}{_PATH}",
            job.data.get("metrics_path"),
            f"{prefix}{_PATH}",
            _edit(
                context, Change(f"{place}.metrics_path", f"{prefix}{_PATH}"), f"ask for {prefix}{_PATH} in {job.name}"
            ),
        )
    return None


def _doubt(context: Context, data: object, jobs: Iterable[_Job], reach: Reach) -> str:
    """Why the proxy may be asked all the same, in a way that cannot be seen here; else nothing."""
    if isinstance(data, dict) and data.get("scrape_config_files"):
        return "scrape_config_files may hold a job for the proxy"
    project = context.deployment.parts.project
    services = project.services.values() if project is not None else ()
    others = {name for service in services for name in (service.name, _container(service)) if name not in reach.hosts}
    for job in jobs:
        if job.finders:
            return f"the job {job.name} finds its targets by {job.finders[0]}"
        for target in job.targets:
            host = target.rpartition(":")[0] or target
            if "$" in target or "{{" in target:
                return f"the target {target} is filled in elsewhere"
            alike = "litellm" in f"{host} {job.name}".lower()
            if alike and not job.is_probe and host not in others | reach.hosts | {"localhost", "127.0.0.1"}:
                return f"whether the target {target} is the proxy is not known"
    return ""


def _container(service: Service) -> str:
    node = service.node.get("container_name")
    return node.text() if node is not None else ""


def _no_job(context: Context, prometheus: Prometheus, jobs: Iterable[_Job], reach: Reach, needs_key: bool) -> Violation:
    name = prometheus.service.name
    strayed = [(job, target) for job in jobs for target in job.targets if _host_of(target, reach) and not job.is_probe]
    if strayed:
        job, target = strayed[0]
        message = f"the job {job.name} asks {target}, but the proxy listens on {reach.port}"
        repair = manual(f"let the job {job.name} ask {reach.target or f'port {reach.port}'}")
    else:
        message = f"{name} never asks the proxy for its metrics: no job names it"
        repair = _new_job(context, prometheus, jobs, reach, needs_key)
    return Violation(SCRAPES, message, None, "a job for the proxy", repair)


def _host_of(target: str, reach: Reach) -> bool:
    return target.rpartition(":")[0] in reach.hosts


def _new_job(context: Context, prometheus: Prometheus, jobs: Iterable[_Job], reach: Reach, needs_key: bool) -> Fix:
    taken = {job.name for job in jobs}
    names = ("litellm", reach.target.partition(":")[0], *(f"litellm-{number}" for number in range(2, len(taken) + 3)))
    job: dict[str, object] = {"job_name": next(name for name in names if name and name not in taken)}
    job["metrics_path"] = _PATH
    instances = context.deployment.topology.instances
    if reach.target and instances is not None and instances > 1:
        host, _, port = reach.target.partition(":")
        job["dns_sd_configs"] = [{"names": [host], "type": "A", "port": int(port)}]
    else:
        job["static_configs"] = [{"targets": [reach.target or "HOST:PORT"]}]
    where = f"the scrape config of {prometheus.service.name}"
    if prometheus.file is not None:
        where = prometheus.file.name
    elif prometheus.data == {}:
        where += ", which has to be written and mounted"
    line = f"add to scrape_configs in {where}: {_flow(job)}"
    if needs_key:
        return manual(f"{line}, and give it {_AUTHORIZATION}")
    if not reach.target:
        return manual(f"{line}, with an address at which {prometheus.service.name} reaches the proxy")
    if not context.setting("arg:--ssl_certfile_path").absent:
        return manual(f"{line}, with scheme: https")
    repair = _edit(context, Change(SCRAPES, Including(job)), line)
    return repair._replace(description=f"add a job for {reach.target} to scrape_configs") if repair.changes else repair


def _edit(context: Context, change: Change, by_hand: str) -> Fix:
    """The change, where a file of this deployment alone takes it; else what the owner is to do."""
    prometheus = context.deployment.parts.prometheus
    file = prometheus.file if prometheus is not None else None
    if file is None:
        return manual(by_hand)
    user = context.deployment.seed.shared.get(file)
    return manual(f"{by_hand} ({file.name} is also used by {user})") if user else fix([change])


def _flow(value: object) -> str:
    """A value on one line of YAML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return f'"{value}"' if ":" in str(value) else str(value)
