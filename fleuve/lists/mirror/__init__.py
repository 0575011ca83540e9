"""The columnar mirror of the list rows: how it is made, kept up to date and read."""
