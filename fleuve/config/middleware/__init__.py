"""What every request passes through, outermost first: identification, refusals, language and time zone."""
