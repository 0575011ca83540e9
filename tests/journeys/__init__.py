"""Tests of whole programs: started, killed, built and installed."""
