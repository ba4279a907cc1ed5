"""What the figures of all councils say together: variation, budgets and outcomes, age, carers."""
