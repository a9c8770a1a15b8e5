"""Bytes in, bytes out: decoding, lines, spans, edits and diffs. Knows no file format."""
