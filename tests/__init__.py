"""Tests that belong to no single module: architecture, journeys, browser, packaging."""
