"""Adapters to the outside world: e-mail and webhooks."""
