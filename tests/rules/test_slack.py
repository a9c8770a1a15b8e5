"""Item 7: what counts as a webhook, as alerting and as a threshold."""

from pathlib import Path

import pytest

from litellm_harden.deployment.model import ABSENT, Excluding, Including, Secret
from litellm_harden.rules.model import Applicability, Severity
from tests.rules.worlds import compose, deployment, findings, not_judged, only, proxy

HOOK = "https://hooks.slack.com/services/T1/B2/c3"
ON = "general_settings: {alerting: [slack]}\n"


def set_to(value: str) -> dict[str, str]:
    return {"SLACK_WEBHOOK_URL": value}


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("https://hooks.slack.com/services/YOUR/WEBHOOK/URL", "is a placeholder"),
        ("https://hooks.slack.com/services/your-webhook-url", "is a placeholder"),
        ("https://hooks.slack.com/services/YOUR-TEAM/YOUR-CHANNEL/1", "is a placeholder"),
        ("https://relay.internal/YOUR_WEBHOOK", "is a placeholder"),
        ("https://relay.internal/xxx/YourSlackWebhook", "is a placeholder"),
        (" ", "is no URL"),
        ("https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX", "is a placeholder"),
        ("https://hooks.slack.com/services/...", "is a placeholder"),
        ("https://hooks.slack.com/services/<team>/<id>", "is a placeholder"),
        ("https://hooks.example.com/alerts", "is a placeholder"),
        ("changeme", "is a placeholder"),
        ("hooks.slack.com/services/T1/B2/c3", "is no URL"),
        ("", "is empty"),
    ],
)
def test_a_webhook_that_cannot_work_is_told(value: str, fault: str, tmp_path: Path) -> None:
    finding, fix = only(findings(proxy(tmp_path, ON, environment=set_to(value)), "LH071"))
    assert finding.message == f"alerting names slack, but SLACK_WEBHOOK_URL {fault}: no alert arrives"
    assert (fix.applicability, fix.changes, fix.inputs) == (Applicability.INPUT, (), ("SLACK_WEBHOOK_URL",))


@pytest.mark.parametrize(
    "value",
    [
        HOOK,
        "https://chat.internal/hooks/yourself",
        "http://mattermost:8065/hooks/xxy",
        "http://internal-relay:8080/YOUR-TEAM/x",
    ],
)
def test_any_url_is_a_webhook(value: str, tmp_path: Path) -> None:
    assert not findings(proxy(tmp_path, ON, environment=set_to(value)), "LH071", "LH072", "LH073", "LH074")


def test_a_webhook_from_elsewhere_is_not_judged(tmp_path: Path) -> None:
    unknown = proxy(tmp_path, ON, environment=set_to("${SLACK_WEBHOOK_URL}"))
    assert not findings(unknown, "LH071")
    assert [one.reason for one in not_judged(unknown, "LH071")] == ["${SLACK_WEBHOOK_URL} is set nowhere here"]


@pytest.mark.parametrize("written", ["${SLACK_WEBHOOK_URL:-}", "${SLACK_WEBHOOK_URL:-https://hooks/YOUR/WEBHOOK}"])
def test_a_default_says_nothing_of_the_webhook(written: str, tmp_path: Path) -> None:
    unknown = proxy(tmp_path, ON, environment=set_to(written))
    assert not findings(unknown, "LH071")
    assert [one.reason for one in not_judged(unknown, "LH071")] == [
        "what SLACK_WEBHOOK_URL refers to is set nowhere here"
    ]
    (tmp_path / ".env").write_text("SLACK_WEBHOOK_URL=\n")
    assert len(findings(proxy(tmp_path, ON, environment=set_to("${SLACK_WEBHOOK_URL}")), "LH071")) == 1


def test_an_image_alone_may_get_its_webhook_when_it_starts(tmp_path: Path) -> None:
    image = deployment(
        tmp_path,
        {
            "config.yaml": ON,
            "Dockerfile": 'FROM litellm/litellm:v1.81.0\nCOPY config.yaml /\nCMD ["--config", "/config.yaml"]\n',
        },
    )
    assert not findings(image, "LH071")
    assert [one.reason for one in not_judged(image, "LH071")] == ["what starts the proxy may set it"]


def test_a_reference_in_the_environment_is_left_to_its_own_rule(tmp_path: Path) -> None:
    literal = proxy(tmp_path, ON, environment=set_to("os.environ/SLACK_WEBHOOK_URL"))
    assert [(f.rule.id, f.severity) for f in findings(literal, "LH071", "LH082")] == [("LH082", Severity.CRITICAL)]


ROUTED = f"general_settings: {{{{alerting: [slack], alert_to_webhook_url: {{{{llm_exceptions: {HOOK}}}}}{{}}}}}}\n"


def test_types_without_a_webhook_of_their_own_need_the_one_for_all(tmp_path: Path) -> None:
    finding, fix = only(findings(proxy(tmp_path, ROUTED.format("")), "LH071"))
    assert (finding.severity, finding.address) == (Severity.MEDIUM, "env:SLACK_WEBHOOK_URL")
    assert finding.message == (
        "alert_to_webhook_url leaves out llm_too_slow, llm_requests_hanging, budget_alerts and 9 more, and "
        "SLACK_WEBHOOK_URL is not set: those alerts do not arrive"
    )
    assert fix.applicability is Applicability.INPUT
    assert not findings(proxy(tmp_path, ROUTED.format(""), environment=set_to(HOOK)), "LH071")
    assert findings(proxy(tmp_path, ROUTED.format(""), environment=set_to("https://relay/YOUR_WEBHOOK")), "LH071")


@pytest.mark.parametrize(
    ("types", "says"),
    [
        ("[llm_exceptions]", ""),
        ("[]", ""),
        ("[llm_exceptions, db_exceptions]", "alert_to_webhook_url leaves out db_exceptions, and"),
        ("[bogus, {llm_too_slow: true}, [db_exceptions], 5]", ""),
        ("llm_too_slow", ""),
        ("null", "leaves out llm_too_slow, llm_requests_hanging, budget_alerts and 9 more"),
    ],
)
def test_only_types_that_are_sent_need_a_webhook(types: str, says: str, tmp_path: Path) -> None:
    found = findings(proxy(tmp_path, ROUTED.format(f", alert_types: {types}")), "LH071")
    assert [says in finding.message for finding in found] == ([True] if says else [])


def test_where_a_webhook_for_the_other_types_may_come_from_elsewhere_it_is_not_judged(tmp_path: Path) -> None:
    unknown = proxy(tmp_path, ROUTED.format(""), environment=set_to("${SLACK_WEBHOOK_URL}"))
    assert not findings(unknown, "LH071")
    assert [one.reason for one in not_judged(unknown, "LH071")] == ["${SLACK_WEBHOOK_URL} is set nowhere here"]


def test_a_given_webhook_makes_the_fix_safe_and_its_description_does_not_hold_it(tmp_path: Path) -> None:
    files = {"config.yaml": ON, "compose.yaml": compose()}
    _, fix = only(findings(deployment(tmp_path, files, values=set_to(HOOK)), "LH071"))
    assert (fix.applicability, fix.description) == (Applicability.SAFE, "set SLACK_WEBHOOK_URL")
    assert [(change.address, change.value) for change in fix.changes] == [("env:SLACK_WEBHOOK_URL", Secret(HOOK))]


def test_a_given_placeholder_is_asked_for_again(tmp_path: Path) -> None:
    files = {"config.yaml": ON, "compose.yaml": compose()}
    _, fix = only(findings(deployment(tmp_path, files, values=set_to("https://your-webhook")), "LH071"))
    assert fix.applicability is Applicability.INPUT
    assert fix.description.endswith("(the one given is a placeholder)")


@pytest.mark.parametrize(
    ("stated", "says", "severity"),
    [
        ("{}", "nobody hears of failing, slow or hanging requests", Severity.HIGH),
        ("{alerting: []}", "nobody hears of failing, slow or hanging requests", Severity.HIGH),
        ("{alerting: [email]}", "only hears of budgets", Severity.HIGH),
        ("{alerting: [ms_teams]}", "no alert reaches Slack", Severity.HIGH),
        ("{alerting: [pagerduty]}", "alerts go to pagerduty", Severity.LOW),
        ("{alerting: slack}", "no list: alerts are sent", Severity.LOW),
        ("{alerting: false}", "the proxy does not start", Severity.CRITICAL),
    ],
)
def test_alerting_without_slack(stated: str, says: str, severity: Severity, tmp_path: Path) -> None:
    found = proxy(tmp_path, f"general_settings: {stated}\n", environment=set_to(HOOK))
    finding, fix = only(findings(found, "LH072"))
    assert says in finding.message
    assert finding.severity is severity
    assert fix.applicability is Applicability.SAFE
    assert [change.value for change in fix.changes] == [Including("slack")]


def test_teams_hears_of_failures_in_later_releases(tmp_path: Path) -> None:
    later = proxy(tmp_path, "general_settings: {alerting: [ms_teams]}\n", image="litellm/litellm:v1.100.0")
    finding, fix = only(findings(later, "LH072"))
    assert (finding.severity, fix.applicability) == (Severity.LOW, Applicability.INPUT)


def test_without_a_config_there_is_no_place_for_alerting(tmp_path: Path) -> None:
    found = deployment(tmp_path, {"compose.yaml": "services: {litellm: {image: 'litellm/litellm:v1.81.0'}}\n"})
    assert only(findings(found, "LH072"))[1].applicability is Applicability.MANUAL


@pytest.mark.parametrize("value", ["{slack: true}", '"slack, email"', "os.environ/UNSET", "os.environ/CHANNEL"])
def test_what_only_its_owner_can_make_a_list_of_is_left_alone(value: str, tmp_path: Path) -> None:
    variables = {"CHANNEL": "slack", **set_to(HOOK)}
    found = proxy(tmp_path, f"general_settings: {{alerting: {value}}}\n", environment=variables)
    assert only(findings(found, "LH072"))[1].applicability is Applicability.MANUAL


@pytest.mark.parametrize(
    ("value", "says", "wanted"),
    [
        ("1000", "1000 s, and no number of errors", 300),
        ("0", "0 s: every request counts as slow", 300),
        ('"120"', "the text 120: LiteLLM cannot compare it", 120),
        ('"soon"', "the text soon", 300),
        ("true", "true: LiteLLM cannot compare it", 300),
    ],
)
def test_a_threshold_that_is_no_fitting_time(value: str, says: str, wanted: int, tmp_path: Path) -> None:
    config = f"general_settings: {{alerting: [slack], alerting_threshold: {value}}}\n"
    finding, fix = only(findings(proxy(tmp_path, config), "LH073"))
    assert says in finding.message
    assert [change.value for change in fix.changes] == [wanted]


@pytest.mark.parametrize("value", ["1", "600", "299.5", "null"])
def test_a_fitting_threshold_is_its_owners(value: str, tmp_path: Path) -> None:
    config = f"general_settings: {{alerting: [slack], alerting_threshold: {value}}}\n"
    assert not findings(proxy(tmp_path, config), "LH073")


@pytest.mark.parametrize(
    ("stated", "severity"),
    [
        ("failure_callback: [sentry, slack]", Severity.CRITICAL),
        ("success_callback: [slack]", Severity.CRITICAL),
        ("callbacks: slack", Severity.CRITICAL),
        ("failure_callback: slack", Severity.MEDIUM),
    ],
)
def test_a_callback_called_slack_is_taken_out(stated: str, severity: Severity, tmp_path: Path) -> None:
    found = proxy(tmp_path, f"litellm_settings: {{{stated}}}\n")
    finding, fix = only(findings(found, "LH074"))
    assert finding.severity is severity
    assert finding.message.endswith("general_settings.alerting is what reaches Slack")
    assert [change.value for change in fix.changes] == [Excluding("slack")]
    assert ABSENT not in [change.value for change in fix.changes]


def test_where_alerting_names_slack_the_callback_needs_no_hint(tmp_path: Path) -> None:
    found = proxy(tmp_path, f"{ON}litellm_settings: {{failure_callback: [slack]}}\n")
    assert "what reaches Slack" not in only(findings(found, "LH074"))[0].message
