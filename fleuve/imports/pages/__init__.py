"""What the pages of imports show, as prepared strings."""
