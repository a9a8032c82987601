"""What a reader sees of a result: sentences, tables and pictures."""
