"""Calls of public functions: one module for each family, with the lists CALLS and BAD_CALLS."""
