"""The HTTP edge: the only place that speaks to a provider, and the only one that imports httpx."""
