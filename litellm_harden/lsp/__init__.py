"""`lh lsp`: a language server. Judges what an editor holds, as it is typed, and offers the fixes. Needs pygls.

The event loop alone reads and answers messages; one thread beside it judges, plans and asks, one thing at a time.
"""
