"""Finding anything by what is typed, accents and slips forgiven."""
