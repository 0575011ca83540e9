"""The pages of parties."""
