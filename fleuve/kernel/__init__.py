"""Plain values shared by every module: identifiers, money, principals, the read door and the root of errors.

The kernel knows no module, no page and no table. It may import Django's model base (for the door) and nothing
else of the platform.
"""
