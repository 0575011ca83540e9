"""Answers once, and errors that say what to do next: the foundations of the REST API."""
