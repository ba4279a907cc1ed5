"""Parts of scripts/benchmark.py: what is measured, in which copy of the project, what it comes to."""
