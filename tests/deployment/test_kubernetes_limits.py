"""Whatever stands in a manifest: no traceback, and an edit changes what it says or is refused."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.deployment.model import Change
from litellm_harden.documents.base import Refusal
from litellm_harden.fix.compare import misread
from tests.deploy import find
from tests.deployment.manifests import MOUNTED, config_map, together, workload

CONTAINER = MOUNTED + (
    "envFrom: [{configMapRef: {name: env}}, {secretRef: {name: keys}}]\nenv:\n  - {name: LITELLM_LOG, value: INFO}\n"
    "  - {name: KEY, valueFrom: {secretKeyRef: {name: keys, key: k}}}\n"
    "livenessProbe: {httpGet: {path: /health, port: 4000}}\nresources: {limits: {cpu: 1, memory: 1Gi}}\n"
)
OTHERS = (
    "kind: ConfigMap\nmetadata: {name: env}\ndata: {A: b}\n---\nkind: Secret\nmetadata: {name: keys}\ndata: {k: eA==}\n"
)
WHOLE = together(OTHERS, config_map(), workload(CONTAINER, spec="replicas: 2\n"))["litellm.yaml"]
VALUES = "image: {tag: v1.81.0}\nenvVars: {A: b}\nresources: {limits: {cpu: 1}}\nproxy_config:\n  model_list: []\n"
JUNK = st.sampled_from(
    [None, 1, True, 1.5, "x", "", [], {}, [None], {"a": None}, {"name": [1]}, "${X}", "{{ x }}", {1: 2}]
)
CHANGES = [
    Change("config:router_settings.cooldown_time", 60), Change("env:LITELLM_LOG", "ERROR"), Change("env:NEW", "1"),
    Change("arg:--num_workers", "2"), Change("proxy:stop_grace_period", "60s"),
    Change("proxy:livenessProbe.httpGet.path", "/health/liveliness"),
]  # fmt: skip


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    members = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [*([path] if path else []), *(place for key, inner in members for place in places(inner, (*path, key)))]


def check(found: Deployment) -> None:
    list(found.settings())
    for change in CHANGES:
        planned = found.plan([change])
        if isinstance(planned, Refusal):
            continue
        after = found.workspace.edited(planned.edits)
        for file in planned.edits:
            touched = [path for one, path in planned.touched if one == file]
            assert misread(found.workspace, after, file, touched) is None


def judge(text: str) -> None:
    with TemporaryDirectory() as folder:
        for found in find(Path(folder), {"x.yaml": text}).deployments:
            check(found)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([WHOLE, VALUES]), st.data())
def test_any_value_may_stand_anywhere(text: str, data: Any) -> None:
    documents = list(yaml.safe_load_all(text))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places(documents)))
        holder: Any = documents
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = deepcopy(data.draw(JUNK))
    judge(yaml.dump_all(documents, sort_keys=False))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([WHOLE, VALUES]), st.data())
def test_any_line_may_be_broken(text: str, data: Any) -> None:
    lines = text.split("\n")
    at = data.draw(st.integers(0, len(lines) - 1))
    broken = st.sampled_from(
        ["", "---", "...", "\t", "- x", "{{ y }}", "%YAML 1.1", f"  {lines[at]}", lines[at].lstrip()]
    )
    lines[at] = data.draw(broken)
    judge("\n".join(lines))
