"""What Compose does with the proxy's service: whether it brings it back, and what it starts before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from litellm_harden.deployment.coolify import started_by_coolify
from litellm_harden.deployment.health import Unknown, supervised
from litellm_harden.deployment.model import Change, Setting
from litellm_harden.record import Record
from litellm_harden.rules.checks.context import Check, Context, fix, manual
from litellm_harden.rules.model import Applicability, Fix, Inapplicable, Outcome, Severity, Unclear, Violation
from litellm_harden.rules.words import shown
from litellm_harden.text.patterns import pattern

if TYPE_CHECKING:
    from litellm_harden.deployment.compose.service import Service

RESTART = "proxy:restart"
DEPLOYED = "proxy:deploy.restart_policy"
DEPENDS = "proxy:depends_on"
_LIMIT = ("arg:--max_requests_before_restart", "env:MAX_REQUESTS_BEFORE_RESTART")
_NO_COMPOSE = "no compose service, so what starts the proxy is decided elsewhere"
_SWARM = "Swarm starts it: it brings services back by itself, and knows no depends_on"
_OF_DOCKER = pattern(r"(?:docker\.io/)?(?:library/)?(?:postgres|redis)(?=[:@]|$)")
"""Docker's own images of both, which have no health check of their own."""

_POSTGRES_TESTS, _REDIS_TESTS = pattern(r"\b(?:pg_isready|psql)\b"), pattern(r"\b(?:redis|valkey)-cli\b")
"""What comes with the server and passes once that answers; another test may never pass, say for want of its program."""


def restart_policy(context: Context) -> Iterator[Outcome]:
    """LH401: a proxy that ends is started again."""
    why_not = _not_compose(context)
    if why_not is not None:
        yield why_not
        return
    decides = _decides(context)
    if decides.absent and started_by_coolify(context.deployment):
        yield Inapplicable("Coolify brings it back by itself")
    elif decides.unknown:
        yield Unclear(decides.address, decides.reason)
    elif decides.absent or decides.value in (False, "", "no", "none"):
        message = f"restart is {'not set' if decides.absent else 'no'}: when the proxy ends, it stays down"
        # An owner who wrote "no" may want it to stay down.
        yield _stays_down(decides, message, Applicability.SAFE if decides.absent else Applicability.UNSAFE)
    elif str(decides.value).partition(":")[0] == "on-failure":
        yield from _comes_back(context, decides)


def _decides(context: Context) -> Setting:
    """What Compose goes by: the condition of `deploy.restart_policy` where one is stated, else `restart`.

    A policy without a condition means any, says the specification.
    """
    policy, condition = context.setting(DEPLOYED), context.setting(f"{DEPLOYED}.condition")
    if condition.absent and policy.known:
        return policy._replace(value="any")
    return condition if not condition.absent else context.setting(RESTART)


def _comes_back(context: Context, decides: Setting) -> Iterator[Outcome]:
    """`on-failure`, where the proxy ends with status 0."""
    app = supervised(context.deployment)
    limit = context.decides(*_LIMIT)
    alone = context.deployment.server == "uvicorn" and context.deployment.topology.workers == 1
    stays = f"with restart {shown(decides.value)} it stays down"
    if isinstance(app, Unknown):
        yield Unclear(decides.address, app.reason)
    elif app:
        yield _stays_down(decides, f"supervisord ends with status 0 when the proxy dies: {stays}")
    elif limit.known and limit.value not in ("", None) and alone:
        yield _stays_down(decides, f"the only worker ends with status 0 after its last request: {stays}")


def _stays_down(decides: Setting, message: str, applicability: Applicability = Applicability.SAFE) -> Violation:
    policy = "unless-stopped" if decides.address == RESTART else "any"
    return Violation(
        decides.address,
        message,
        decides.value if decides.known else None,
        "always or unless-stopped" if decides.address == RESTART else "any",
        fix([Change(decides.address, policy)], applicability),
    )


def _not_compose(context: Context) -> Inapplicable | Unclear | None:
    """Why it is not Compose that starts the proxy, or that this cannot be told."""
    from litellm_harden.deployment.compose.swarm import is_stack

    parts = context.deployment.parts
    if parts.service is None or parts.project is None:
        return Inapplicable(_NO_COMPOSE)
    if parts.project.incomplete:
        return Unclear(context.clause.address, parts.project.incomplete)
    if is_stack(context.deployment.workspace, parts.project):
        return Inapplicable(_SWARM)
    return None


class Store(Record):
    """A service that keeps the proxy's data.

    `waited` says that the proxy waits until it is healthy, `required` that it does not start otherwise, `listed` that
    it depends on it at all, `back` that the store depends on the proxy. `checked` says whether it has a health check,
    None where its image may bring one; `told` that this is one which is known to pass once the store is ready; `test`
    is what to write for one.
    """

    name: str
    waited: bool
    required: bool
    listed: bool
    back: bool
    checked: bool | None
    told: bool
    test: str


def depends_on_healthy(context: Context) -> Iterator[Outcome]:
    """LH402: the proxy starts once its database and Redis are ready."""
    why_not = _not_compose(context)
    if why_not is not None:
        yield why_not
        return
    stated = context.setting(DEPENDS)
    if stated.unknown:
        yield Unclear(DEPENDS, stated.reason)
        return
    stores = list(_stores(context))
    if not stores:
        yield Inapplicable("its database and Redis are not among these services")
        return
    never = [store for store in stores if store.waited and store.required and store.checked is False]
    early = [store for store in stores if not store.waited and store.checked is not None]
    if never:
        names = " and ".join(store.name for store in never)
        message = f"the proxy waits for {names} to be healthy, but no health check says so: it never starts"
        yield Violation(DEPENDS, message, None, "a health check", manual(_add_checks(never)), Severity.HIGH)
    elif early:
        names = " and ".join(store.name for store in early)
        message = f"the proxy does not wait for {names} to be ready, and may fail to connect when it starts"
        yield Violation(DEPENDS, message, None, "condition: service_healthy", _wait(context, early))


def _stores(context: Context) -> Iterator[Store]:
    from litellm_harden.deployment.redis import find_redis, redis_hosts

    parts = context.deployment.parts
    proxy = parts.service
    assert proxy is not None
    postgres = parts.postgres.service if parts.postgres is not None and context.deployment.database else None
    hosts = list(redis_hosts(context.deployment))
    redis = find_redis(parts.project, proxy, hosts) if context.deployment.redis else None
    # Where nothing tells its host, the only Redis of the project may be another program's.
    if redis is not None and not hosts and redis.name not in proxy.depends_on:
        redis = None
    for store, test, programs in (
        (postgres, 'test: ["CMD-SHELL", "pg_isready"]', _POSTGRES_TESTS),
        (redis, 'test: ["CMD", "redis-cli", "ping"]', _REDIS_TESTS),
    ):
        if store is None or set(store.profiles) - set(proxy.profiles):
            continue
        condition, required = (proxy.node.get("depends_on", store.name, key) for key in ("condition", "required"))
        waited = condition is not None and condition.text() == "service_healthy"
        listed, back = store.name in proxy.depends_on, proxy.name in store.depends_on
        needed = required is None or required.value is not False
        told = any(programs.search(text) for text in _tests(store))
        yield Store(store.name, waited, needed, listed, back, _checked(store), told, test)


def _tests(store: Service) -> Iterator[str]:
    test = store.healthcheck.get("test") if store.healthcheck is not None else None
    yield from (item.text() for item in (test.items() if test is not None else ()))


def _checked(store: Service) -> bool | None:
    """Whether the service has a health check; None where its image may have one."""
    check = store.healthcheck
    if store.elsewhere("healthcheck"):
        return None
    if check is None or check.value is None:
        named = store.image.text() if store.image is not None else ""
        return False if _OF_DOCKER.match(named) else None
    disabled, test = check.get("disable"), check.get("test")
    if (disabled is not None and disabled.value is True) or (test is not None and test.plain() in ("NONE", ["NONE"])):
        return False
    if test is None:
        return False if store.image is not None and _OF_DOCKER.match(store.image.text()) else None
    return True


def _wait(context: Context, early: list[Store]) -> Fix:
    """Wait for those that have a health check; the others need one first, which is for the owner to write."""
    proxy = context.deployment.parts.service
    assert proxy is not None
    ready = [store for store in early if store.checked and not store.back and "." not in store.name]
    missing = [store for store in early if not store.checked]
    if ready and context.setting(DEPLOYED).known:
        return manual("wait for it with condition: service_healthy, unless this is a Swarm stack, which refuses that")
    if not ready:
        return manual(_add_checks(missing) if missing else "let the proxy start after them")
    stated = proxy.node.get("depends_on")
    healthy = {"condition": "service_healthy"}
    if stated is not None and isinstance(stated.value, dict):
        changes = [
            Change(f"{DEPENDS}.{store.name}.condition", "service_healthy")
            if store.listed
            else Change(f"{DEPENDS}.{store.name}", healthy)
            for store in ready
        ]
    else:
        names = dict.fromkeys([*proxy.depends_on, *(store.name for store in ready)])
        waits = {store.name for store in ready}
        conditions = {name: healthy if name in waits else {"condition": "service_started"} for name in names}
        changes = [Change(DEPENDS, conditions)]
    names_ready = " and ".join(store.name for store in ready)
    more = f"; {_add_checks(missing)}" if missing else ""
    # A check that cannot pass, such as one by a program that the image lacks, would keep the proxy from starting.
    untold = " and ".join(store.name for store in ready if not store.told)
    proviso = f", if the health check of {untold} is known to pass" if untold else ""
    applicability = Applicability.UNSAFE if untold else Applicability.SAFE
    return fix(changes, applicability, f"wait for {names_ready} to be healthy{proviso}{more}", bool(missing))


def _add_checks(stores: list[Store]) -> str:
    lines = " and ".join(f"{store.name} a healthcheck with {store.test}" for store in stores)
    return f"give {lines}, and wait for it with condition: service_healthy"


CHECKS: dict[str, Check] = {"restart-policy": restart_policy, "depends-on-healthy": depends_on_healthy}
