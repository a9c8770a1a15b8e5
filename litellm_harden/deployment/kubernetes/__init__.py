"""Proxies that run on Kubernetes: manifests and Helm values, read into the words of a compose service."""
