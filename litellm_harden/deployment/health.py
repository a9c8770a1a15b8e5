"""What finds out whether the proxy is healthy, and where it answers: the main process, and the separate health app.

The health app is a second process of LiteLLM's own images before 1.85. SEPARATE_HEALTH_APP=1 makes their entrypoint
start supervisord, which runs `litellm.proxy.proxy_cli --host 0.0.0.0 --port=4000` with the image's arguments behind
(docker/prod_entrypoint.sh and docker/supervisord.conf, 1.81.0).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from litellm_harden.deployment import places
from litellm_harden.deployment.environment import Layer
from litellm_harden.deployment.model import Origin, Setting, State
from litellm_harden.litellm.gates import HEALTH_APP, HEALTH_APP_REMOVED, HEALTH_APP_WATCHDOG_CRASHES
from litellm_harden.litellm.versions import Version
from litellm_harden.record import Record
from litellm_harden.text.patterns import pattern

if TYPE_CHECKING:
    from litellm_harden.deployment.compose.node import Node
    from litellm_harden.deployment.deployment import Deployment
    from litellm_harden.deployment.image import Image

APP = "env:SEPARATE_HEALTH_APP"
APP_PORT = "env:SEPARATE_HEALTH_PORT"
CHECK = "proxy:healthcheck"
DEFAULT_PORT = 4000
DEFAULT_APP_PORT = 4001
TIMINGS = ("interval", "timeout", "retries", "start_period")
_NUMBER = pattern(r"[0-9]{1,5}")
_IMAGE_WITHOUT_CMD = Version(1, 102, 0)
"""From about here on LiteLLM's images pass no `--port 4000` of their own."""


class Unknown(Record):
    """Something that the files cannot tell: the setting it depends on, and why."""

    address: str
    reason: str


class HealthCheck(Record):
    """The check that Docker runs in the proxy's container.

    `test` has the form of Compose's list: empty where there is no check, `("NONE",)` where it is switched off, else
    CMD with words or CMD-SHELL with a script. `timings` are stated, by their names in Compose. `unknown` says why the
    test cannot be told. `in_image` says that the test comes from the Dockerfile.
    """

    test: tuple[str, ...] = ()
    timings: Mapping[str, str] = {}
    unknown: str = ""
    in_image: bool = False


def health_app(deployment: Deployment) -> bool | Unknown:
    """Whether the separate health app runs beside the proxy, in a release in which it is to be relied on."""
    return _started(deployment, HEALTH_APP_WATCHDOG_CRASHES)


def supervised(deployment: Deployment) -> bool | Unknown:
    """Whether supervisord runs the proxy and a separate health app, be the release one to rely on it or not."""
    return _started(deployment, HEALTH_APP_REMOVED)


def _started(deployment: Deployment, until: Version) -> bool | Unknown:
    version, official = deployment.version, deployment.official_entrypoint
    if official is False or (version is not None and version >= until):
        return False
    stated = deployment.setting(APP)
    if stated.unknown and version is not None:
        return Unknown(APP, stated.reason)
    if not stated.known or stated.value != "1":
        return False
    if official is None:
        return Unknown(APP, "how the image starts the proxy is not known")
    if version is None:
        return Unknown(APP, "whether LiteLLM still has a health app is not known: its version is not pinned")
    return True


def answering_port(deployment: Deployment) -> int | Unknown:
    """The port that a health check has to ask: of the health app where it runs, else the proxy's own."""
    app = health_app(deployment)
    if isinstance(app, Unknown):
        return app
    return app_port(deployment) if app else proxy_port(deployment)


def app_port(deployment: Deployment) -> int | Unknown:
    """The port of the health app, where it runs."""
    return _port(deployment.setting(APP_PORT), DEFAULT_APP_PORT)


def proxy_port(deployment: Deployment) -> int | Unknown:
    """The port of the main process, inside the container."""
    flag, variable = deployment.setting("arg:--port"), deployment.setting("env:PORT")
    if not flag.absent:
        return _port(flag, DEFAULT_PORT)
    if variable.absent or variable.value == str(DEFAULT_PORT):
        return DEFAULT_PORT
    beside = supervised(deployment)
    if isinstance(beside, Unknown):
        return beside
    if beside:
        return DEFAULT_PORT
    if deployment.official_entrypoint and not deployment.parts.command.lines:
        if deployment.version is not None and deployment.version < _IMAGE_WITHOUT_CMD:
            return DEFAULT_PORT
        return Unknown(variable.address, "whether the image passes --port itself is not known")
    return _port(variable, DEFAULT_PORT)


def _port(setting: Setting, default: int) -> int | Unknown:
    if setting.unknown:
        return Unknown(setting.address, setting.reason)
    text = str(setting.value).strip() if setting.known else ""
    if not text:
        return default
    if not _NUMBER.fullmatch(text) or not 0 < int(text) < 65536:
        return Unknown(setting.address, f"{setting.address.partition(':')[2]} is no port number")
    return int(text)


def health_check(deployment: Deployment, enabled: bool = False) -> HealthCheck:
    """The effective check: each field as Compose states it, else as the Dockerfile does.

    With `enabled`, what it would be without `disable`.
    """
    project, service, image = deployment.parts.project, deployment.parts.service, deployment.parts.image
    if project is not None and project.incomplete:
        return HealthCheck(unknown=project.incomplete)
    stated = service.healthcheck if service is not None else None
    inside = _of_image(image) if image is not None else HealthCheck()
    if stated is None or stated.value is None:
        return inside
    timings = {**inside.timings, **_timings(stated)}
    disable, test = stated.get("disable"), stated.get("test")
    if disable is not None and disable.text() == "true" and not enabled:
        return HealthCheck(("NONE",), timings)
    if test is None or test.value in (None, []):
        return inside._replace(timings=timings)
    if unknown := next(iter(test.unknowns()), ""):
        return HealthCheck(unknown=unknown)
    return HealthCheck(_test(test), timings)


def in_dockerfile(deployment: Deployment) -> Image | None:
    """The image whose HEALTHCHECK is to be edited, rather than overridden in Compose.

    It is where no service is; else where Compose states no check, and the Dockerfile, which nobody else uses, also
    decides the port that is asked.
    """
    service, image = deployment.parts.service, deployment.parts.image
    if service is None or image is None:
        return image if service is None else None
    if service.healthcheck is not None and service.healthcheck.value is not None:
        return None
    shared = image.file in deployment.seed.shared or image.document.find(image.path("HEALTHCHECK")) is None
    return None if shared or not _decides_port(deployment, image) else image


def _decides_port(deployment: Deployment, image: Image) -> bool:
    command, version = deployment.parts.command, deployment.version
    if command.unknown or any(line.file != image.file for line in command.lines):
        return False
    stated = deployment.parts.environment.deciding("PORT")
    if (stated is not None and stated.layer is not Layer.IMAGE) or deployment.setting("env:PORT").unknown:
        return False
    gone = version is not None and not HEALTH_APP <= version < HEALTH_APP_WATCHDOG_CRASHES
    return health_app(deployment) is False and (gone or version is None or deployment.official_entrypoint is False)


def setting(deployment: Deployment, key: str = "") -> Setting:
    """The setting `proxy:healthcheck` or `proxy:healthcheck.KEY`: of the service, else of the Dockerfile."""
    address = f"{CHECK}.{key}" if key else CHECK
    stated = deployment.service_setting(address, ("healthcheck", key) if key else ("healthcheck",))
    image, service = deployment.parts.image, deployment.parts.service
    if not stated.absent:
        return stated
    whole = service.healthcheck if service is not None and key else None
    if whole is not None:
        stated = stated._replace(origin=places.of_key(deployment.workspace, whole.file, whole.path) or stated.origin)
    found = image.document.find(image.path("HEALTHCHECK")) if image is not None else None
    if image is None or found is None:
        return stated if stated.origin else Setting(address, State.ABSENT, origin=places.first_place(deployment))
    inside = _of_image(image)
    said: dict[str, object] = {"test": list(inside.test), **inside.timings}
    value = said.get(key) if key else said
    origin = Origin(image.file, found.span, image.path("HEALTHCHECK"), value)
    return Setting(address, State.ABSENT if value is None else State.KNOWN, value, origin)


def _of_image(image: Image) -> HealthCheck:
    instruction = image.document.instruction("HEALTHCHECK", image.stage)
    found = image.document.find(image.path("HEALTHCHECK"))
    if instruction is None or found is None or not isinstance(found.value, list):
        return HealthCheck()
    options = dict(flag.removeprefix("--").partition("=")[::2] for flag in instruction.flags)
    timings = {name.replace("-", "_"): value for name, value in options.items()}
    return HealthCheck(tuple(map(str, found.value)), timings, in_image=True)


def _timings(stated: Node) -> dict[str, str]:
    found = {name: stated.get(name) for name in TIMINGS}
    return {name: node.text() for name, node in found.items() if node is not None and node.text() and not node.unknown}


def _test(node: Node) -> tuple[str, ...]:
    if isinstance(node.value, list):
        return tuple(item.text() for item in node.value)
    return ("CMD-SHELL", node.text())
