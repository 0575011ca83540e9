"""What the pages of lists ask."""
