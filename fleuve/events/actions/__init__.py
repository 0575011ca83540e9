"""The verbs of the audit trail, one a file."""
