"""Where data/ becomes typed, checked tables."""
