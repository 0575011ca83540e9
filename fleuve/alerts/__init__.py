"""Customers who left their own pattern, judged by the people who know them."""
