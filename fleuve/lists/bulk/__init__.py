"""Editing many customers at once: what may be asked for, whom it means, and what it would do."""
