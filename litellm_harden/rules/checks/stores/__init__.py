"""Redis and the cache."""
