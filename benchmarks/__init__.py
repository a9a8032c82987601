"""Speed as ratios inside one run, so that a noisy machine does not matter."""
