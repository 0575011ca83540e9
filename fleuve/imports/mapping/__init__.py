"""What each column of a file stands for: guessed from its name and its content, confirmed by a person. Pure."""
