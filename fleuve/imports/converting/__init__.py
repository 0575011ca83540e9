"""From rows of cells to facts: order lines, customers' details and faults, a batch of rows at a time. Pure."""
