"""What consignees and shippers are told: arrival notices and webhooks."""
