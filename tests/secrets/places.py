"""The places where a secret can stand in a deployment, one each."""

from __future__ import annotations

from tests.secrets.places_beside import OWNER, PROMETHEUS
from tests.secrets.places_cluster import HELM, KUBERNETES
from tests.secrets.places_compose import COMPOSE, IMAGE, VARIABLES
from tests.secrets.places_config import BROKEN, CONFIG

GROUPS = {
    "config": CONFIG,
    "broken": BROKEN,
    "variables": VARIABLES,
    "compose": COMPOSE,
    "image": IMAGE,
    "kubernetes": KUBERNETES,
    "helm": HELM,
    "prometheus": PROMETHEUS,
    "owner": OWNER,
}
PLACES = [place for group in GROUPS.values() for place in group]
