"""A made-up business of any size: ``fleuve demo --size N``.

People, organisations, what they bought, what colleagues wrote about them: all from a seed, so that two machines measure
the same thing. Everything is marked as simulated, and nobody can be reached: addresses end in ``example.org``, phone
numbers lie in the ranges that ARCEP keeps for fiction.
"""
