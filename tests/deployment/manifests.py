"""Kubernetes manifests written down in a test."""

from __future__ import annotations

from textwrap import indent

IMAGE = "ghcr.io/berriai/litellm:v1.81.0-stable"
CONFIG = "model_list: []\nrouter_settings:\n  cooldown_time: 120  # two minutes\n"
MOUNTED = """\
args: ["--config", "/etc/litellm/config.yaml"]
volumeMounts:
  - name: config
    mountPath: /etc/litellm
"""


def config_map(config: str = CONFIG, name: str = "litellm-config", head: str = "config.yaml: |") -> str:
    """A ConfigMap with a config in it."""
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  {head}\n{indent(config, '    ')}"


def workload(container: str = MOUNTED, pod: str = "", spec: str = "", kind: str = "Deployment") -> str:
    """A workload `litellm` whose container has these lines, and which mounts the ConfigMap litellm-config."""
    return (
        f"apiVersion: apps/v1\nkind: {kind}\nmetadata:\n  name: litellm\nspec:\n{indent(spec, '  ')}"
        f"  template:\n    spec:\n{indent(pod, '      ')}      volumes:\n        - name: config\n"
        "          configMap: {name: litellm-config}\n      containers:\n        - name: proxy\n"
        f"          image: {IMAGE}\n{indent(container, '          ')}"
    )


def together(*manifests: str) -> dict[str, str]:
    """One file of several documents."""
    return {"litellm.yaml": "---\n".join(manifests)}
