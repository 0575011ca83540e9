"""Fleuve: a customer-relationship platform that knows what each relationship is worth."""

__version__ = "0.1.0"
