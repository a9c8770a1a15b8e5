"""What the checklist asks for after the edits: validate, restart, probe, load test, watch; with what to run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from math import ceil
from pathlib import Path
from shlex import quote

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.litellm.options import option
from litellm_harden.litellm.versions import Version
from litellm_harden.record import Record
from litellm_harden.report.endpoint import Endpoint, endpoint

Shown = Callable[[Path], str]
"""How a path is written in a command that is run from the working directory."""

_CHAT_MODES = ("", "chat", "completion")
_MOST_WORKERS = 1000
_LOAD_SECONDS = 60
_IMAGE = "litellm-proxy"
_COUNTS_ONCE = Version(1, 81, 14)
"""Before, a callback that is named in `callbacks` was called twice at the end of each request: for a failed one it
counted twice, for one that succeeded too unless it was streamed (`_init_litellm_callbacks`, proxy/utils.py)."""


class Watched(Record):
    """One thing to watch: what is wanted, when to raise an alarm ("" where nothing is said), and how to ask for it."""

    what: str
    want: str
    alert: str
    query: str


class Step(Record):
    """One step: its name for programs and its title, what to know, what to run, and what to watch."""

    name: str
    title: str
    text: str
    commands: tuple[str, ...] = ()
    watched: tuple[Watched, ...] = ()


def steps(deployment: Deployment, shown: Shown) -> list[Step]:
    """The steps for one deployment, in order. Secrets in them are not hidden yet."""
    where = endpoint(deployment)
    run = Run(deployment, shown)
    if deployment.parts.manifests is not None:
        from litellm_harden.report.pod_steps import PodRun

        run = PodRun(deployment, shown)
    return [run.validate(), run.restart(), _probe(deployment, where), _load(deployment, where), run.watch(where)]


class Run(Record):
    """How the deployment is started and asked, in the form that it has: compose, an image, or pip."""

    deployment: Deployment
    shown: Shown

    def validate(self) -> Step:
        """Check the files, then let LiteLLM read its config, where its release can."""
        commands = [self.check_files()]
        check = option("--validate_config")
        assert check is not None
        version, since = self.deployment.version, check.since
        if version is not None and not check.accepted_by(version):
            text = f"LiteLLM {version} has no check of its own: --validate_config came with {since}."
        else:
            since_when = "" if version else f", from LiteLLM {since} on"
            text = f"LiteLLM's own check{since_when} loads the config as a start would, so it connects to Redis."
            commands += self.own_check()
        return Step("validate", "Validate", text, tuple(commands))

    def restart(self) -> Step:
        """Make the running proxy take the files."""
        service = self.deployment.parts.service
        if service is not None:
            build = "--build " if service.build is not None else ""
            again = f"{self._compose} up -d {build}--force-recreate {quote(service.name)}"
            text = "Compose would not restart the proxy for a changed config alone, hence --force-recreate."
            if self.deployment.postgres:
                text += f" {self.deployment.postgres} restarts as well where its own settings changed."
            return Step("restart", "Restart", text, (again, f"{self._compose} ps {quote(service.name)}"))
        if self.deployment.parts.image is not None:
            text = "Then replace the container, started with the options it has now."
            return Step("restart", "Restart", text, (self._build,))
        text = "Stop the proxy with SIGTERM, wait for it to end, and start it the way it was started."
        return Step("restart", "Restart", text)

    def watch(self, where: Endpoint) -> Step:
        """The checklist's thresholds, by the names that LiteLLM's metrics have."""
        text = "The proxy exposes these metrics once the prometheus callback is on (item 11)."
        commands: tuple[str, ...] = ()
        if _prometheus(self.deployment):
            text = "These are Prometheus expressions over the metrics that the proxy exposes."
            commands = (f"curl -fsS {_authorization(where)} {where.url}/metrics/ | grep '^litellm_'",)
        version = self.deployment.version
        if version is None or version < _COUNTS_ONCE:
            text += (
                f" LiteLLM before {_COUNTS_ONCE} counts a failed request twice: "
                "with streaming the errors show at up to double their share."
            )
        return Step("watch", "Watch", text, commands, tuple(self._watched()))

    def _watched(self) -> Iterator[Watched]:
        latency = "histogram_quantile(0.99, sum by (le) (rate({}_bucket[5m])))"
        total, failed = (f"sum(rate(litellm_proxy_{kind}_requests_metric_total[5m]))" for kind in ("total", "failed"))
        yield Watched(
            "p99 latency, with the model's own time",
            "below 500 ms",
            "above 1 s",
            latency.format("litellm_request_total_latency_metric"),
        )
        yield Watched("of which LiteLLM's own", "", "", latency.format("litellm_overhead_latency_metric"))
        # the total counts twice in some releases, the latency once in all
        answered = "sum(rate(litellm_request_total_latency_metric_count[5m]))"
        want = f"{self.deployment.owner.expected_rps:g} requests/s or more"
        yield Watched("throughput of requests that succeed", want, "", answered)
        yield Watched("errors", "below 0.5 %", "above 2 %", f"{failed} / {total}")
        yield Watched("memory growth", "below 100 MB per hour", "", self.memory)
        if _caches(self.deployment):
            hits, misses = (f"sum(rate(litellm_cache_{kind}_metric_total[5m]))" for kind in ("hits", "misses"))
            want = "above 10 % (30 % for batches)"
            yield Watched("cache hits", want, "below 5 %", f"{hits} / ({hits} + {misses})")
        limited = 'sum(rate(litellm_proxy_failed_requests_metric_total{exception_status="429"}[5m]))'
        yield Watched("rate limits triggered", "none that nobody meant", "", limited)
        yield Watched("models out of rotation", "none", "", "sum(increase(litellm_deployment_cooled_down_total[5m]))")

    def check_files(self) -> str:
        """What reads the files as a start would."""
        if self.deployment.parts.service is not None:
            return f"{self._compose} config -q"
        if self.deployment.parts.image is not None:
            return f"docker build --check {self._context}"
        files = " ".join(quote(self.shown(file)) for file in self.deployment.files.config)
        return f"python3 -c 'import sys, yaml; [yaml.safe_load(open(f)) for f in sys.argv[1:]]' {files}"

    def own_check(self) -> Iterator[str]:
        """What has LiteLLM check its config."""
        service = self.deployment.parts.service
        stated = (self.deployment.setting(address) for address in ("arg:--config", "env:CONFIG_FILE_PATH"))
        config = next((str(setting.value) for setting in stated if setting.known), "")
        if service is not None and config:
            if service.build is not None:
                yield f"{self._compose} build {quote(service.name)}"
            run = f"{self._compose} run --rm --no-deps --entrypoint litellm {quote(service.name)}"
            yield f"{run} --config {quote(config)} --validate_config"
        elif service is None and self.deployment.parts.image is not None and config:
            files = "".join(f"--env-file {quote(self.shown(file))} " for file in self.deployment.files.env)
            yield self._build
            yield f"docker run --rm {files}--entrypoint litellm {_IMAGE} --config {quote(config)} --validate_config"
        elif service is None and self.deployment.files.config:
            yield f"litellm --config {quote(self.shown(self.deployment.files.config[0]))} --validate_config"

    @property
    def _compose(self) -> str:
        files = " ".join(f"-f {quote(self.shown(file))}" for file in self.deployment.seed.compose)
        return f"docker compose {files}"

    @property
    def _build(self) -> str:
        return f"docker build -t {_IMAGE} {self._context}"

    @property
    def _context(self) -> str:
        image = self.deployment.parts.image
        assert image is not None
        return f"-f {quote(self.shown(image.file))} {quote(self.shown(image.context))}"

    @property
    def memory(self) -> str:
        """What tells how much memory the proxy takes."""
        service = self.deployment.parts.service
        if service is not None:
            return f"docker stats --no-stream $({self._compose} ps -q {quote(service.name)})"
        if self.deployment.parts.image is not None:
            return f"docker stats --no-stream $(docker ps -q --filter ancestor={_IMAGE})"
        return "ps -eo rss,args | grep '[l]itellm'"


def _probe(deployment: Deployment, where: Endpoint) -> Step:
    """Whether it is ready, then a short chat with every model that can chat."""
    models, others = _models(deployment)
    commands = [f"curl -fsS {where.url}/health/readiness"]
    if models:
        names = " ".join(quote(_in_json(name)) for name in models)
        body = """'{"model": "'"$model"'", "messages": [{"role": "user", "content": "ping"}], "max_tokens": 5}'"""
        commands.append(
            f"for model in {names}; do\n"
            """  curl -sS -o /dev/null -w "$model: %{http_code} after %{time_total} s\\n" \\\n"""
            f"    -H 'Content-Type: application/json' {_authorization(where)} \\\n"
            f"    -d {body} \\\n"
            f"    {where.url}/v1/chat/completions\n"
            "done"
        )
        text = "Every model should answer 200."
    else:
        commands.append(f"curl -fsS {_authorization(where)} {where.url}/v1/models")
        text = f"No config here names a {'chat ' if others else ''}model: /v1/models lists those that the proxy has."
    text += f" The shell needs the proxy's key in {where.key}."
    if others:
        text += f" Not asked, since they are no chat models or stand for several: {', '.join(others)}."
    return Step("probe", "Probe every model", f"{text}{where.note}", tuple(commands))


def _load(deployment: Deployment, where: Endpoint) -> Step:
    """The traffic that is expected, for a minute."""
    rate = deployment.owner.expected_rps
    workers = min(ceil(rate), _MOST_WORKERS)
    models, _ = _models(deployment)
    model = models[0] if models else "MODEL"
    body = {"model": model, "messages": [{"role": "user", "content": "ping"}], "max_tokens": 5}
    if _caches(deployment):
        body["cache"] = {"no-cache": True}  # the same request again would only test the cache
    command = (
        f"hey -z {_LOAD_SECONDS}s -c {workers} -q {rate / workers:g} -m POST -T application/json \\\n"
        f"  {_authorization(where)} \\\n"
        f"  -d {quote(json.dumps(body))} \\\n"
        f"  {where.url}/v1/chat/completions"
    )
    calls = round(rate * _LOAD_SECONDS)
    text = (
        f"Needs hey (github.com/rakyll/hey). It makes about {calls:,} calls, {rate:g} a second, which a real model "
        "charges for: one whose litellm_params hold a mock_response costs nothing. Look for status 200 alone, at the "
        "rate that was reached, and at the 99 % line."
    )
    if not models:
        text += f" Put a chat model's name in the place of {model}."
    return Step("load-test", "Load test", text, (command,))


def _models(deployment: Deployment) -> tuple[list[str], list[str]]:
    """The model names that a chat can be asked of, and the others."""
    config = deployment.parts.config
    chat: dict[str, None] = {}
    others: dict[str, None] = {}
    for entry in config.models() if config is not None else ():
        name, info = entry.get("model_name"), entry.get("model_info")
        mode = info.get("mode") if isinstance(info, dict) else None
        if isinstance(name, str) and name:
            fits = "*" not in name and str(mode or "") in _CHAT_MODES
            (chat if fits else others)[name] = None
    return list(chat), [name for name in others if name not in chat]


def _caches(deployment: Deployment) -> bool:
    return deployment.setting("config:litellm_settings.cache").value is True


def _prometheus(deployment: Deployment) -> bool:
    stated = (deployment.setting(f"config:litellm_settings.{key}").value for key in ("callbacks", "success_callback"))
    return any(isinstance(names, list) and "prometheus" in names for names in stated)


def _authorization(where: Endpoint) -> str:
    return f'-H "Authorization: Bearer ${where.key}"'


def _in_json(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)[1:-1]
