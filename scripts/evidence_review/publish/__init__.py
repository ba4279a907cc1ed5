"""Running the notebooks and publishing the book: plan, run, assemble, build."""
