from __future__ import annotations

from pathlib import Path

from litellm_harden.verify.mentions import find_mentions
from tests.deploy import write


def test_a_word_is_found_where_code_asks_for_it_first_then_anywhere(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "litellm/main.py": 'settings.get("pool")\n# timeout is not read\n',
            "litellm/proxy/server.py": "import os\nif 'pool' in settings: pass\n",
            "litellm_enterprise/hooks.py": 'settings["licence"]\n',
            "litellm/pools.py": "pools = swimming_pool_limit\n",
            "other/file.py": '"elsewhere"\n',
        },
    )
    found = find_mentions(tmp_path / "litellm", ["pool", "timeout", "licence", "pool_limit", "elsewhere"])
    assert found == {"pool": "proxy/server.py:2", "timeout": "", "licence": "litellm_enterprise/hooks.py:1"}
