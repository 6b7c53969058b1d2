"""The table of ops: one module for each family, with a list CASES."""
