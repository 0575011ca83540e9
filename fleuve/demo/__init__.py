"""The example: a year of a real wholesaler's invoices, in a data folder of its own."""
