"""The door for a city's own files: survey rows, staff list, training history, ticket log; aggregated as they come in."""
