"""The only place where a provider and the store meet: pulling pages in, pushing commands out."""
