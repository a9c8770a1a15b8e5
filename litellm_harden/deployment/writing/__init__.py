"""Where an edit goes: from changes of settings to edits of the files that decide them, or a refusal."""
