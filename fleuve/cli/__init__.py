"""The command line: ``fleuve demo | serve | worker | import | value | users | backup | restore``."""
