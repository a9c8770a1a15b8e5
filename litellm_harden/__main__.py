"""`python -m litellm_harden`: `lh`, with the interpreter and options of one's choice."""

from litellm_harden.cli.main import run

if __name__ == "__main__":
    run()
