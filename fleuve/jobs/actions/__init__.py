"""The verbs of the queue, one a file."""
