"""How the proxy is started: its environment and its command line."""
