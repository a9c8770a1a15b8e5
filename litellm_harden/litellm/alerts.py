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
