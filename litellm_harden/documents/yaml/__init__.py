"""YAML: config.yaml and compose files, read as their readers read them and edited in place."""

from litellm_harden.documents.yaml.document import YamlDocument

__all__ = ["YamlDocument"]
