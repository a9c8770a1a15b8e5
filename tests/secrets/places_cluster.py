"""Where a secret can stand in manifests of Kubernetes and values of Helm."""

# ruff: noqa: E501  one place a line

from __future__ import annotations

from tests.secrets.world import CANARY, TOKEN, Place

_POD = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: gateway
  {meta}
spec:
  replicas: 2
  selector: {{matchLabels: {{app: gateway}}}}
  template:
    metadata: {{labels: {{app: gateway}}}}
    spec:
      containers:
        - name: litellm
          image: ghcr.io/berriai/litellm:v1.81.0-stable
          args: {args}
          env:
            - name: LITELLM_LOG
              value: DEBUG
            {env}
          envFrom:
            - secretRef: {{name: gateway}}
            - configMapRef: {{name: gateway-env}}
          livenessProbe: {{httpGet: {{path: /health, port: 4000{probe}}}}}
          volumeMounts:
            - {{name: config, mountPath: /app}}
      volumes:
        - name: config
          configMap: {{name: gateway-config}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: gateway-config}}
data:
  config.yaml: |
    router_settings:
      cooldown_time: 120
    general_settings:
      proxy_batch_write_at: 5
      {config}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: gateway-env}}
data:
  A: b
  {variables}
---
apiVersion: v1
kind: Secret
metadata: {{name: gateway}}
{secret}
"""


def _pod(name: str, **slots: str) -> Place:
    given = dict.fromkeys(("meta", "env", "config", "variables", "secret", "probe"), "") | {
        "args": '["--config", "/app/config.yaml"]'
    }
    return Place(f"k8s: {name}", {"k8s/gateway.yaml": _POD.format(**given | slots)})


KUBERNETES = [
    _pod("data", secret="data:\n  OPENAI_API_KEY: @64@"),
    _pod("data, plain name", secret="data:\n  WHATEVER: @64@"),
    _pod("data, plain name that a rule judges", secret="data:\n  LITELLM_MODE: @64@"),
    _pod("data, quoted", secret='data: {WHATEVER: "@64@"}'),
    _pod("data, block", secret="data:\n  WHATEVER: |\n    @64@"),
    _pod("data, not base64", secret="data:\n  WHATEVER: '@@!'"),
    _pod("data, a list", secret="data:\n  - '@@'"),
    _pod("data, a text", secret="data: '@@'"),
    _pod("stringData", secret="stringData:\n  WHATEVER: @@"),
    _pod("stringData, block", secret="stringData:\n  WHATEVER: |\n    @@\n    @@"),
    _pod("stringData, before the kind", secret="stringData:\n  WHATEVER: '@@'\nkind: Secret"),
    _pod("stringData, a config", secret="stringData:\n  my.yaml: |\n    general_settings:\n      master_key: @@"),
    _pod("commented out", secret="stringData:\n  # WHATEVER_KEY: @@\n  A: b"),
    _pod("last applied", secret="data: {}", meta="annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      {\"data\":{\"master-key\":\"@@\"}}"),
    _pod("another Secret", secret="data: {}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: other}\nstringData:\n  WHATEVER: @@"),
    _pod("a Secret in a list", secret="data: {}\n---\napiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Secret\n    metadata: {name: other}\n    stringData: {WHATEVER: @@}"),
    _pod("env", env="- name: OPENAI_API_KEY\n              value: @@"),
    _pod("env, value first", env="- value: @@\n              name: OPENAI_API_KEY"),
    _pod("env, flow", env="- {name: OPENAI_API_KEY, value: @@}"),
    _pod("env, flow, value first", env="- {value: @@, name: OPENAI_API_KEY}"),
    _pod("env, folded", env="- name: OPENAI_API_KEY\n              value: >-\n                @@"),
    _pod("env, commented out", env="# - name: OPENAI_API_KEY\n            #   value: @@"),
    _pod("env, url", env="- name: DATABASE_URL\n              value: postgres://a:@@@db/x"),
    _pod("args", args='["--config", "/app/config.yaml", "--api_key", "@@"]'),
    _pod("args, shell", args='["sh", "-c", "MY_TOKEN=@@ litellm --config /app/config.yaml"]'),
    _pod("probe header", probe=", httpHeaders: [{name: Authorization, value: Bearer @@}]"),
    _pod("probe header of its own", probe=", httpHeaders: [{name: x-api-key, value: @@}]"),
    _pod("config", config="master_key: @@"),
    _pod("config, url", config="database_url: postgres://a:@@@db/x"),
    _pod("ConfigMap variable", variables="OPENAI_API_KEY: @@"),
    _pod("broken Secret", secret="stringData:\n  WHATEVER: '@@\n  x: ]"),
    _pod("broken Secret, tag", secret="stringData:\n  WHATEVER: !@@ x"),
]  # fmt: skip


def _helm(name: str, text: str, secret: str = CANARY) -> Place:
    values = "image: {repository: ghcr.io/berriai/litellm, tag: main-v1.81.0-stable}\nreplicaCount: 2\n"
    config = "proxy_config:\n  router_settings: {cooldown_time: 300}\n"
    chart = "apiVersion: v2\nname: litellm-helm\nversion: 0.1.0\n"
    own = text if "proxy_config:" in text else config + text
    return Place(f"helm: {name}", {"Chart.yaml": chart, "values.yaml": f"{values}{own}\n"}, secret)


HELM = [
    _helm("masterkey", "masterkey: @@"),
    _helm("masterkey, token", "masterkey: @@", TOKEN),
    _helm("db", "db:\n  deployStandalone: true\n  password: @@"),
    _helm("db url", "db:\n  url: postgres://a:@@@db/x"),
    _helm("postgresql", "postgresql:\n  auth:\n    password: @@\n    postgres-password: @@"),
    _helm("redis", "redis:\n  enabled: true\n  auth: {password: @@}"),
    _helm("envVars", "envVars:\n  OPENAI_API_KEY: @@"),
    _helm("extraEnvVars", "extraEnvVars:\n  - name: OPENAI_API_KEY\n    value: @@"),
    _helm("config", "proxy_config:\n  router_settings: {cooldown_time: 300}\n  general_settings:\n    master_key: @@"),
]
