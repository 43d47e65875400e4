"""A carrier's real year through the product: the same services as the API, on a stopped clock."""
