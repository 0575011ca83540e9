"""Telling other programs what happened: endpoints, deliveries, signatures (Standard Webhooks 1.0.0)."""
