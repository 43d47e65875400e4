"""``make eta-report``: replays real legs in time order through the estimate that learns, and scores it."""
