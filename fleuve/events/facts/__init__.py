"""The facts of every module, one file a module; ``catalog`` joins them."""
