"""Runs the probe in another interpreter, within limits, and takes what it observed."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.verify.ending import end, start
from litellm_harden.verify.model import Observed
from litellm_harden.verify.surroundings import places

MEMORY = 6 << 30
"""Bytes of address space: an import of LiteLLM takes two or three thousand million."""
_NEEDED = ("PATH", "SYSTEMROOT", "HOME", "USERPROFILE", "LANG", "LC_ALL")
"""What Python needs of this machine's environment to start; LiteLLM does not see it."""
_PROBE = """
import sys
sys.path.insert(0, sys.argv[1])
import lh_inside.probe
sys.path.remove(sys.argv[1])
lh_inside.probe.main()
"""


class NotObserved(Exception):
    """Why the probe did not come to its end, in a clause."""


class NotStarted(NotObserved):
    """LiteLLM's words where its proxy does not even start in the environment it was given."""


def observe(interpreter: str, deployment: Deployment, variables: Mapping[str, str], timeout: float) -> Observed:
    """What LiteLLM makes of the deployment's config, which must be there, in an environment of `variables`. Raises
    NotObserved."""
    with tempfile.TemporaryDirectory(prefix="lh-verify-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        config = _config(deployment, folder)
        request = {
            "config": str(config),
            "beside": str(config.parent),
            "folder": str(folder),
            "environment": {**variables, **places(folder, variables)},
            "module_keys": _module_keys(deployment),
            "memory": MEMORY,
            "seconds": int(timeout) + 1,
        }
        status, printed = _run(interpreter, request, folder, timeout)
        try:
            data = json.loads((folder / "observed.json").read_text("utf-8"))
        except (OSError, ValueError):
            last = printed.strip().rpartition("\n")[2]
            raise NotObserved(f"the interpreter ended with status {status}: {last or 'it printed nothing'}") from None
    if "failed" in data:
        if data["failed"] == "module":
            raise NotObserved(f"LiteLLM's proxy cannot be imported there: {data['words']} (litellm[proxy] brings it)")
        raise NotStarted(data["words"])
    return Observed.of(data)


def _config(deployment: Deployment, folder: Path) -> Path:
    """The file that LiteLLM is to load: the config's own or, where a manifest embeds it, one in `folder`."""
    config = deployment.parts.config
    assert config is not None
    main = config.files[0]
    if not main.at:
        return main.file
    copy = folder / "config.yaml"
    copy.write_text(json.dumps(main.document.data, ensure_ascii=False, default=str), "utf-8", "surrogatepass")
    return copy


def _module_keys(deployment: Deployment) -> list[str]:
    settings = deployment.parts.config.value("litellm_settings") if deployment.parts.config is not None else None
    return [key for key in settings if isinstance(key, str)] if isinstance(settings, dict) else []


def _run(interpreter: str, request: Mapping[str, Any], folder: Path, timeout: float) -> tuple[int, str]:
    """Its exit status and what it printed. Raises NotObserved."""
    log = folder / "printed"
    try:
        with log.open("wb") as output:
            process = start(
                [interpreter, "-E", "-B", "-X", "utf8", "-c", _PROBE, str(Path(__file__).parent)],
                folder,
                {name: os.environ[name] for name in _NEEDED if name in os.environ},
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
    except OSError as error:
        raise NotObserved(f"{interpreter} cannot be started: {error.strerror}") from None
    try:
        process.communicate(json.dumps(request).encode("utf-8", "replace"), timeout)
    except subprocess.TimeoutExpired:
        raise NotObserved(f"LiteLLM did not come to an end within {timeout:g} s (--timeout allows more)") from None
    finally:
        end(process)
    return process.returncode, log.read_text("utf-8", "replace")
