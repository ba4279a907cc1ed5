"""The chapters on England's figures. A notebook imports the one module that it shows."""
