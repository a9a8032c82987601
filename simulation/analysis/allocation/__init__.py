"""The best plan within a budget and other limits, what more money buys, and plans nearly as good."""
