"""Programs for whoever works on Fleuve: the suite, the checks, the sizes, the translations. Never installed with it."""
