"""Dockerfiles. Spans, heredocs and comments inside continuations are what dockerfile-parse does not give."""

from litellm_harden.documents.dockerfile.document import DockerfileDocument

__all__ = ["DockerfileDocument"]
