"""Reads tables, files and exports: each becomes check-ins as the library takes them."""
