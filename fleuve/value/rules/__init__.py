"""Decisions on plain values and arrays: when history is enough, whose silence is unusual, what moved the value.

Nothing here reads the clock, the database or the library; each file is told in prose in ``docs/rules``.
"""
