"""What no linter sees: the shape of tables, templates, views and actions."""
