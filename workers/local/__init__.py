"""One machine: the web, the relay, the worker and an embedded broker, started and kept up by one command."""
