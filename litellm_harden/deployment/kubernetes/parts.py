"""What a deployment on Kubernetes has besides what all have."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from pathlib import Path

from litellm_harden.documents.base import Path as DocumentPath
from litellm_harden.record import Record


class Form(Enum):
    """What describes it: a workload's manifest, the values of LiteLLM's Helm charts, or no more than its config."""

    WORKLOAD = "workload"
    VALUES = "values"
    CONFIG = "config"


class Manifests(Record):
    """How a proxy is written, and where.

    `workload` is the place of the object in `file`, of the config for the other forms; `container` and `pod` are those
    of its container and pod, for values the place of the values. `kind`, `name` and `namespace` are the object's.
    `secrets` are addresses whose values are those of a Secret, and never shown. `decided` says, for addresses that the
    files leave open, what decides them. `component` says that the chart has a gateway beside other parts, `alone` that
    the pod has no other container, which might answer on a port of its own. `shares` names another workload that has
    the same config.
    """

    form: Form
    file: Path
    workload: DocumentPath
    container: DocumentPath = ()
    pod: DocumentPath = ()
    name: str = ""
    secrets: frozenset[str] = frozenset()
    decided: Mapping[str, str] = {}
    component: bool = False
    kind: str = ""
    namespace: str = ""
    alone: bool = True
    shares: str = ""
