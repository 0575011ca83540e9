"""The filter as a page of lines and brackets: what was typed so far, finished or not."""
