"""How a deployment on Kubernetes is checked, restarted and watched."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote

from litellm_harden.deployment.kubernetes.kustomize import NAMES
from litellm_harden.deployment.kubernetes.parts import Form, Manifests
from litellm_harden.report.steps import Run, Step

_CHART = "CHART"
"""Stands for a chart that a values file does not name."""


class PodRun(Run):
    """The same as for other deployments, by kubectl and helm."""

    __slots__ = ()

    def restart(self) -> Step:
        """Make the pods take the files."""
        one = self._manifests
        if one.form is Form.VALUES:
            text = f"Put the chart in the place of {_CHART}, or let what installs it for you do so."
            upgrade = f"helm upgrade {quote(one.name)} {_CHART} -f {quote(self.shown(one.file))}"
            return Step("restart", "Restart", text, (upgrade,))
        text = "LiteLLM reads its config at its start, so a changed ConfigMap alone changes nothing: hence the restart."
        commands = [f"kubectl apply {self._files}"]
        if one.form is Form.WORKLOAD and one.kind != "Pod":
            commands += [f"kubectl rollout {verb} {self._workload}" for verb in ("restart", "status")]
        else:
            text += " Then restart the pods that use it."
        return Step("restart", "Restart", text, tuple(commands))

    def check_files(self) -> str:
        """What reads the files as a start would."""
        one = self._manifests
        if one.form is Form.VALUES:
            return f"helm upgrade {quote(one.name)} {_CHART} -f {quote(self.shown(one.file))} --dry-run"
        return f"kubectl apply --dry-run=server {self._files}"

    def own_check(self) -> Iterator[str]:
        """What has LiteLLM check its config: in a pod, so it sees the one that is applied."""
        config = self.deployment.setting("arg:--config")
        if self._manifests.form is Form.WORKLOAD and config.known:
            yield f"kubectl exec {self._workload} -- litellm --config {quote(str(config.value))} --validate_config"

    @property
    def memory(self) -> str:
        """What tells how much memory the pods take."""
        one = self._manifests
        space = f" -n {quote(one.namespace)}" if one.namespace else ""
        return f"kubectl top pod{space} --containers | grep {quote(one.name)}"

    @property
    def _manifests(self) -> Manifests:
        found = self.deployment.parts.manifests
        assert found is not None
        return found

    @property
    def _workload(self) -> str:
        one = self._manifests
        space = f"-n {quote(one.namespace)} " if one.namespace else ""
        return f"{space}{one.kind.lower()}/{quote(one.name)}"

    @property
    def _files(self) -> str:
        """The last kustomization that takes the manifests in, else the manifests."""
        files = self.deployment.files.kubernetes
        made = [file for file in files if file.name in NAMES]
        if made:
            return f"-k {quote(self.shown(made[-1].parent))}"
        return " ".join(f"-f {quote(self.shown(file))}" for file in files)
