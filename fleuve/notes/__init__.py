"""What people write down about customers, and the files that they attach."""
