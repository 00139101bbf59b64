"""The command `relapse`."""
