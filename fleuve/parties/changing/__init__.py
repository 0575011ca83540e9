"""How a change of customers is carried out: what is there, what is to be written, and the writing."""
