"""What a council's page shows: a module for each section, and `page` with all of them."""
