"""What the invented council is made of."""
