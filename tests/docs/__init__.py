"""The documentation that is made of the rules: one page for each, an index, and the table of departures.

`python -m tests.docs` writes it anew; tests/test_docs.py fails while a page says something else than `lh` does.
"""
