"""What the files mean together: which proxy they start, with which settings, decided where."""
