"""Rows → arrays → the library → rows: everything of this module that computes with more than one customer at a time.

``days`` holds purchases as arrays, ``customers`` sums them up per customer as of a day, ``models`` fits and predicts,
``backtest`` judges, ``month_ends`` looks back, ``portfolio`` puts it together. No file here reads the clock.
"""
