"""One command a file: ``add_arguments(parser)`` and ``run(arguments) -> exit code``."""
