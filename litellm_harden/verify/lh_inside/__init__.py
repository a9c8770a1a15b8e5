"""Runs inside an interpreter that has LiteLLM, but not this project, in a process of its own: Python 3.9 and later.

It reads one JSON object from stdin (made in `run.py`) and writes its observations (`Observed` of `model.py`) to the
file `observed.json` in the folder that the object names. It imports nothing of the project but its own modules.
"""
