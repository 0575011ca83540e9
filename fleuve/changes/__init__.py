"""Every change of a customer, field by field: what was there, what came, who, and why. History, restore and undo read it."""
