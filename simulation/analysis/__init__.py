"""Questions asked of surveys and results, one a file, each a verb that returns a small frozen result."""
