"""Fleuve: a customer-relationship platform that knows what each relationship is worth."""

import os

__version__ = "0.1.0"

# The matrices of the models are four by four: threads of the linear algebra only wait for each other. Read when numpy
# is first imported; on two busy cores a valuation took 25 s with two threads and 5.6 s with one (November 2026).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
