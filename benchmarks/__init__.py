"""How fast Postroom is, measured from outside on the real program, as ratios taken in one run."""
