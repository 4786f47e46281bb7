"""What is on the screen. Reads the store, enqueues commands, hears sync events; knows no provider."""
