"""Findings and plans for people and programs: one small module per format, each a pure function."""
