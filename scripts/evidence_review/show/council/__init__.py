"""A council's page, section by section. Every function takes the report and returns what a cell shows."""
