"""Use cases, queries and adapters: everything both doors (HTTP and workers) call."""
