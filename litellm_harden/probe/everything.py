"""The whole probe: the checks, each model once, then the load run."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timezone

from litellm_harden import __version__
from litellm_harden.probe import health, load, models
from litellm_harden.probe.calls import Asking, Model
from litellm_harden.probe.client import Answer, Client
from litellm_harden.probe.model import Check, Load, Probed, Standing
from litellm_harden.probe.target import Target
from litellm_harden.record import Record


class Wanted(Record):
    """What is to be probed: the models `chosen` or all, and a load run of the other figures, unless `no_load`."""

    chosen: tuple[str, ...] = ()
    load: Load = Load(())
    no_load: bool = False
    most_models: int | None = None
    """More models than these are not called, for the calls cost money; None: as many as there are."""


class Told:
    """What a probe says on its way. This one says nothing."""

    def phase(self, what: str, of: int | None) -> None:
        """So many calls are about to be made, None where a duration bounds them."""

    def calls(self, ended: int, wrong: int) -> None:
        """So many of them have ended, and so many went wrong."""

    def end(self) -> None:
        """There is nothing more to say."""


async def probe(target: Target, wanted: Wanted, told: Told | None = None, stop: asyncio.Event | None = None) -> Probed:
    """Probe a proxy. When `stop` is set, what was found until then is given. Raises OSError for a bad `target.ca`."""
    return await _Probe(target, wanted, told or Told(), stop or asyncio.Event()).all()


class _Probe:
    def __init__(self, target: Target, wanted: Wanted, told: Told, stop: asyncio.Event) -> None:
        self.target, self.wanted, self.told, self.stop = target, wanted, told, stop
        started = datetime.now(timezone.utc).isoformat(timespec="seconds")
        self.found = Probed(target.url, started, __version__)

    async def all(self) -> Probed:
        checking = asyncio.create_task(self._check())
        stopped = asyncio.create_task(self.stop.wait())
        await asyncio.wait({checking, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not checking.done():
            while not checking.done():  # before Python 3.12, wait_for may swallow a cancellation
                checking.cancel()
                await asyncio.wait([checking], timeout=0.1)
            return self.found._replace(interrupted=True)
        run = checking.result()
        if run is None:
            return self.found
        self.told.phase("load", run.requests)
        measured = await load.run(self.target, run, self.told.calls, self.stop)
        return self.found._replace(measured=measured, interrupted=measured.interrupted)

    async def _check(self) -> Load | None:
        """The load run to make after the checks, if one is to be made."""
        async with Client(self.target) as client:
            alive, answer = await health.liveness(client)
            if answer.status is None:
                self.found = self.found._replace(unreached=health.told(answer))
                return None
            self._add(alive)
            ready, version = await health.readiness(client)
            self.found = self.found._replace(litellm=version)
            self._add(ready)
            self._add(await health.authentication(client))
            listed = await models.listed(client, self.wanted.chosen)
            if listed.answer.error:
                self.found = self.found._replace(unreached=self._unlisted(listed.answer))
                return None
            return await self._call_each(client, listed)

    async def _call_each(self, client: Client, listed: models.Listed) -> Load | None:
        called = listed.models
        most = self.wanted.most_models
        if most is not None and len(called) > most:
            words = f"{len(called)} models are listed: --yes calls them all, --model NAME one"
            self._add(Check("models", Standing.SKIPPED, words))
            self._no_load("no models were called")
            return None
        if not called:
            self._add(*listed.skipped)
            standing = Standing.SKIPPED if listed.skipped else Standing.FAILED
            self._add(Check("models", standing, f"{health.MODELS} lists no model that can be called cheaply"))
            self._no_load("there is no model to call")
            return None
        self.told.phase("models", len(called))
        tried = await models.tried(client, called, self.wanted.load.asking, lambda done: self.told.calls(done, 0))
        self._add(*(one.check for one in tried), *listed.skipped)
        version = next((one.version for one in tried if one.version), self.found.litellm)
        self.found = self.found._replace(litellm=version)
        good = [one for one in tried if one.check.standing is Standing.OK]
        if not good:
            self._no_load("no model has answered")
        if not good or self.wanted.no_load:
            return None
        return self._load([one.model for one in good], [one.asking for one in good])

    def _load(self, good: Sequence[Model], askings: Sequence[Asking]) -> Load:
        """What each model needs of output, all get: a run has one way of asking."""
        asking = max(askings, key=lambda one: one.max_tokens)
        return self.wanted.load._replace(models=tuple(good), asking=asking)

    def _no_load(self, why: str) -> None:
        if not self.wanted.no_load:
            self.found = self.found._replace(unmeasured=why)

    def _unlisted(self, answer: Answer) -> str:
        if not self.target.key:
            return f"the proxy asks for a key, and none is given ({health.told(answer)})"
        if answer.status in (400, 401, 403):
            why = ": without a database it knows its master key alone" if answer.status == 400 else ""
            return f"the proxy does not take the key ({health.told(answer)}){why}"
        return f"{health.MODELS}: {health.told(answer)}"

    def _add(self, *checks: Check) -> None:
        self.found = self.found._replace(checks=(*self.found.checks, *checks))
