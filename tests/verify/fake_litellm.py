"""A LiteLLM of a hundred lines, to probe: it loads a config as the real one does, only less of it.

Each line of its configs is a section, in JSON behind its name.
"""

from __future__ import annotations

from pathlib import Path

from tests.deploy import write
from tests.verify.programs import program

FILES = {
    "litellm-9.9.9.dist-info/METADATA": "Metadata-Version: 2.1\nName: litellm\nVersion: 9.9.9\n",
    "litellm/__init__.py": """
        drop_params = False
        cache = None

        class Router:
            def __init__(self, model_list=None, routing_strategy="simple"):
                if routing_strategy != "simple":
                    raise ValueError(f"Invalid routing_strategy: {routing_strategy}")
                self.model_list = [model for model in model_list or [] if model["litellm_params"]["model"] != "odd"]
    """,
    "litellm/proxy/__init__.py": "",
    "litellm/proxy/types_utils/__init__.py": "",
    "litellm/proxy/types_utils/utils.py": """
        import importlib

        def get_instance_fn(value, config_file_path=None):
            module, _, name = value.rpartition(".")
            return getattr(importlib.import_module(module), name)
    """,
    "litellm/integrations/__init__.py": "",
    "litellm/integrations/custom_guardrail.py": "class CustomGuardrail: pass\n",
    "litellm/types/__init__.py": "",
    "litellm/types/router.py": """
        class RetryPolicy:
            model_fields = {"TimeoutErrorRetries": None}
    """,
    "litellm/types/integrations/__init__.py": "",
    "litellm/types/integrations/slack_alerting.py": "",
    "litellm/proxy/proxy_server.py": """
        import inspect, json, os, urllib.request
        import litellm
        from litellm.proxy.types_utils.utils import get_instance_fn

        if os.environ.get("LITELLM_LOG", "INFO") not in ("INFO", "ERROR"):
            raise AttributeError(f"no level {os.environ['LITELLM_LOG']}")

        class ProxyConfig:
            async def get_config(self, config_file_path=None):
                with open(config_file_path) as file:
                    lines = [line.partition(": ") for line in file]
                return {key: json.loads(value) for key, _, value in lines}

            async def load_config(self, router, config_file_path):
                config = await self.get_config(config_file_path=config_file_path)
                settings = config.get("litellm_settings", {})
                settings.get("asked_for_in_vain")
                for key, value in settings.items():
                    if key == "callbacks":
                        for name in value:
                            get_instance_fn(name, config_file_path)
                    elif key == "max_budget":
                        float(value)
                    else:
                        setattr(litellm, key, value)
                general = config.get("general_settings", {})
                general.get("master_key").strip()
                if general.get("policy_url"):
                    urllib.request.urlopen(general["policy_url"])
                if config.get("model_list") and not config["model_list"][-1]["model_name"].islower():
                    raise Exception("no")
                for model in config.get("model_list", []):
                    model["litellm_params"]["model"]
                known = inspect.getfullargspec(litellm.Router).args
                settings = {key: value for key, value in config.get("router_settings", {}).items() if key in known}
                return litellm.Router(model_list=config.get("model_list"), **settings), [], {}
    """,
}


def interpreter(folder: Path) -> str:
    """An interpreter that has it."""
    site = write(folder / "site", FILES)
    first = f"import sys; sys.path.insert(0, {str(site)!r}); "
    runs = "os.execv(sys.executable, [sys.executable, *sys.argv[1:-2], first + sys.argv[-2].strip(), sys.argv[-1]])"
    return str(program(folder / "python", f"import os, sys\nfirst = {first!r}\n{runs}\n"))
