"""From the publishers' files to the tables of data/: all of them anew, or one new release."""
