"""What a url says of a Redis."""

import pytest

from litellm_harden.deployment.redis import RedisUrl, split_url


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("redis://redis", RedisUrl("redis", 6379, "", "", 0)),
        ("redis://:p%40ss@10.0.0.1:7000/3", RedisUrl("10.0.0.1", 7000, "", "p@ss", 3)),
        ("redis://bob:pw@redis:6379/", RedisUrl("redis", 6379, "bob", "pw", 0)),
        ("redis://pw@redis", RedisUrl("redis", 6379, "pw", "", 0)),
        ("redis://redis/zero", None),
        ("redis://redis?db=2", None),
        ("redis://:pa#ss@redis", None),
        ("redis://redis:port", None),
        ("redis://[::1", None),
        ("redis:6379", None),
        ("rediss://redis", None),
    ],
)
def test_a_url_is_taken_apart_as_redis_py_does_or_not_at_all(url: str, parts: RedisUrl | None) -> None:
    assert split_url(url) == parts
