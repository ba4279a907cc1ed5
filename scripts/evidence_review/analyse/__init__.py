"""Pure functions: typed tables in, results out. No files."""
