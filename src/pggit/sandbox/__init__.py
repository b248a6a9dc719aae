"""SQL that pgGit did not write itself, run by a role without rights in a scratch database.

`sandbox.open_sandbox` is the interface: a scratch database with a connection that is authenticated as a role without
rights. What only a superuser can create is created over the caller's own connection, so that nobody can run it.
"""
