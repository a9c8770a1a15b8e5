"""Where in `lh` an error comes from."""

from __future__ import annotations

import os


def place_of(error: BaseException) -> str:
    """ "at cli/main.py:12", or nothing. The error's message is left out: it may repeat a secret."""
    place, trace = "", error.__traceback__
    while trace:
        file = trace.tb_frame.f_code.co_filename
        if "litellm_harden" in file:
            place = f"at {file.rpartition('litellm_harden')[2].strip(os.sep)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
