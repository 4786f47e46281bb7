"""What the panes are made of. A widget is given rows, draws them, and posts messages up; none knows store or app."""
