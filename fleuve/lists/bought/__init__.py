"""What customers bought, laid out in sorted arrays: any window over ten million purchases in a tenth of a second."""
