"""Requests: a branch is looked at, approved and proven before it is merged into another one."""
