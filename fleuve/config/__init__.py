"""How the parts are put together: settings from the environment, addresses, middleware, logs, health, backups."""
