"""What the panes are made of. Each widget is given rows, draws them, and posts messages up; none knows the store or the app."""
