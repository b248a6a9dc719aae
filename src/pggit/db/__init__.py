"""The only place that imports the driver: connections, servers, scratch databases."""
