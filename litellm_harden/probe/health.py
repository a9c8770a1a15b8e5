"""Is it alive, is it ready, and does it refuse strangers?

The paths and answers are those of LiteLLM's proxy/health_endpoints/_health_endpoints.py, 1.81.0 and 1.106.2.
"""

from __future__ import annotations

from litellm_harden.probe.client import Answer, Client
from litellm_harden.probe.model import Check, Standing
from litellm_harden.probe.words import cleaned

LIVENESS = "/health/liveliness"
READINESS = "/health/readiness"
MODELS = "/v1/models"


async def liveness(client: Client) -> tuple[Check, Answer]:
    """Whether the process answers at all."""
    answer = await client.get(LIVENESS, with_key=False)
    if answer.error:
        return _failed("liveness", answer), answer
    if b"alive" not in answer.body[:1000]:
        return Check("liveness", Standing.FAILED, f"{LIVENESS} answers, but not as LiteLLM does"), answer
    return Check("liveness", Standing.OK, f"alive, after {milliseconds(answer.seconds)}"), answer


async def readiness(client: Client) -> tuple[Check, str]:
    """Whether it takes requests, with what it says of its database and cache; and LiteLLM's version, if it says it."""
    answer = await client.get(READINESS)
    data = answer.data if isinstance(answer.data, dict) else {}
    if answer.error:
        return _failed("readiness", answer), ""
    if "status" not in data:
        return Check("readiness", Standing.FAILED, f"{READINESS} answers, but not as LiteLLM does"), ""
    said = [_text(data["status"])]
    database = _text(data.get("db", "")).lower()
    if database:
        said.append({"not connected": "no database"}.get(database, f"database {database}"))
    if data.get("cache"):
        said.append(f"cache {_text(data['cache'])}")
    # 1.81.0 stays "healthy" where the database is away
    bad = data["status"] not in ("healthy", "connected") or database in ("disconnected", "stalled", "unknown")
    standing = Standing.FAILED if bad else Standing.OK
    return Check("readiness", standing, ", ".join(said)), _text(data.get("litellm_version", ""))


async def authentication(client: Client) -> Check:
    """Whether a call without a key is refused."""
    answer = await client.get(MODELS, with_key=False)
    name = "authentication"
    if answer.status is None:
        return Check(name, Standing.SKIPPED, f"a call without a key: {told(answer)}")
    if not answer.error:
        words = "anyone may call the models: a call without a key is answered (is a master key set?)"
        return Check(name, Standing.FAILED, words)
    words = f"a call without a key is refused ({answer.status})"
    if answer.status not in (401, 403):  # LiteLLM 1.106.2 without prisma answers 500
        words = f"a call without a key is not answered, though 401 is expected: {told(answer)}"
    return Check(name, Standing.OK, words)


def told(answer: Answer) -> str:
    """The error of an answer with what the server said of it."""
    return f"{answer.error}: {answer.words}" if answer.words else answer.error


def milliseconds(seconds: float) -> str:
    """A duration as people read it."""
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.01 else f"{seconds * 1000:.1f} ms"


def _failed(name: str, answer: Answer) -> Check:
    return Check(name, Standing.FAILED, told(answer))


def _text(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("type", "")
    return cleaned(str(value), "")[:60]
