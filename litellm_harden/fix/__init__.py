"""Plan the fixes, prove the plan, write all of it or none, and undo."""
