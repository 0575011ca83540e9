"""The template tags of the drawer."""
