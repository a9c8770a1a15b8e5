"""The alerts that LiteLLM sends to a channel."""

from __future__ import annotations

DEFAULT_TYPES = (
    *("llm_exceptions", "llm_too_slow", "llm_requests_hanging", "budget_alerts", "spend_reports"),
    *("failed_tracking_spend", "db_exceptions", "daily_reports", "cooldown_deployment", "new_model_added"),
    *("outage_alerts", "region_outage_alerts", "fallback_reports"),
)
"""The types that are sent where `general_settings.alert_types` is not stated; later releases have a few more.

litellm 1.81.0 types/integrations/slack_alerting.py, DEFAULT_ALERT_TYPES.
"""

ASKED_FOR_TYPES = (
    *("user_spend_thresholds", "user_spend_anomalies", "model_deprecation_warnings", "new_virtual_key_created"),
    *("virtual_key_updated", "virtual_key_deleted", "new_team_created", "team_updated", "team_deleted"),
    *("new_internal_user_created", "internal_user_updated", "internal_user_deleted"),
    *("mcp_tool_description_blocked", "mcp_pinned_tools_changed"),
)
"""The types that 1.81.0 sends only where `alert_types` names them (litellm 1.106.2, the same file, AlertType)."""
