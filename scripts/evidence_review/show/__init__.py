"""Results in, pages out: tables, charts and sentences. Every function returns what a cell displays."""
