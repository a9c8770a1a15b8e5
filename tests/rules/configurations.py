"""What an lh.toml may say, and what not: for lh itself and for its schema alike."""

from __future__ import annotations

GOOD = {
    "nothing": "",
    "every general key": """
litellm_version = "1.81.0"
instances = 3
max_db_connections = 200
expected_rps = 0.5
tolerated_error_rate = 0
select = ["LH04", "json-logs"]
ignore = ["LH042"]
fail_on = "never"
strict = true
env_files = ["prod.env"]
exclude = ["old/**"]
baseline = "known.json"
""",
    "a tag as version": 'litellm_version = "main-v1.80.5-nightly"',
    "options by id": "[rules.LH042]\nseconds = 1",
    "options by name": "[rules.database-pool-limit]\nconnections = 20",
    "options inline": "rules = {LH042 = {seconds = 5}, LH091 = {cpus = 0.5}}",
    "a severity": '[rules.LH042]\nseverity = "low"',
    "a severity of a rule without options": '[rules.LH022]\nseverity = "critical"',
    "no folders with rules": "rules = []",
    "no folders with rules beside options": "[rules]\ndirs = []\nLH042.seconds = 5",
    "largest": "instances = 1000000",
}
"""Texts that mean something, by what they show."""

BAD = {
    "instnces = 2": "instnces is unknown, did you mean instances?",
    "instances = true": "instances must be a whole number of at least 1 and at most 1000000, not true",
    "instances = 2.5": "instances must be a whole number",
    'instances = "2"': 'instances must be a whole number of at least 1 and at most 1000000, not "2"',
    "instances = 1000001": "instances must be",
    "max_db_connections = 0": "max_db_connections must be",
    "expected_rps = 0": "expected_rps must be a number above 0",
    "tolerated_error_rate = 1.01": "tolerated_error_rate must be a number of at least 0 and at most 1, not 1.01",
    'litellm_version = "latest"': "litellm_version must be a version",
    "litellm_version = 1.81": "litellm_version must be a version",
    'exclude = "x"': "exclude must be a list of strings",
    "exclude = [1]": "exclude must be a list of strings",
    'exclude = [""]': "exclude must name something",
    'env_files = [""]': "env_files names no file",
    'baseline = ""': "baseline must be the name of a file",
    'fail_on = "hihg"': "fail_on must be one of critical, high, medium, low, never",
    'strict = "yes"': 'strict must be true or false, not "yes"',
    "rules = 1": "rules must be a table",
    "[rules.LH99]": "rules.LH99 names no rule",
    "[rules.cooldown-tme]": "did you mean cooldown-time?",
    "rules.LH042 = 60": "rules.LH042 must be a table of options",
    "[rules.LH042]\nsecond = 1": "rules.LH042 has no option second, did you mean seconds?",
    "[rules.LH042]\nseconds = 0": "rules.LH042.seconds must be a whole number of at least 1, not 0",
    "[rules.LH042]\nseconds = 1.5": "rules.LH042.seconds must be a whole number",
    "[rules.LH042]\nseconds = 99999999999": "rules.LH042.seconds must be a whole number of at least 1, not so large",
    "[rules.LH091]\ncpus = 0.05": "rules.LH091.cpus must be a number of at least 0.1, not 0.05",
    "[rules.LH073]\nseconds = 601": "rules.LH073.seconds must be a whole number of at least 1 and at most 600, not 601",
    '[rules.LH042]\nseverity = "never"': "rules.LH042.severity must be one of critical, high, medium, low, not",
    "[rules.LH022]\nx = 0": "rules.LH022 has no option x",
    "[general_settings]\nmaster_key = 1": "general_settings is unknown",
}
"""Texts that mean nothing, and what lh says of them."""

BEYOND = {
    "expected_rps = nan": "expected_rps must be a number above 0",
    'select = ["LH999"]': "select is wrong: there is no rule 'LH999'",
    'exclude = ["../x"]': "exclude must name something inside the folder",
    'exclude = ["!x"]': "exclude cannot take back",
    "[rules.LH042]\nseconds = 1\n[rules.cooldown-time]\nseconds = 2": "stated twice: as rules.LH042.seconds too",
    "[rules.ACME001]": "rules.ACME001 names no rule",
    'rules = ["nowhere"]': "rules names a wrong rule file",
}
"""The same, of texts that no schema can tell."""
