"""Taking a list out: its columns as typed Arrow, and the three kinds of file. No page and no permission here."""
