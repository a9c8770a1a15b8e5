"""The hardening plan of each deployment, week by week: what it says, and one small module per format that says it."""
