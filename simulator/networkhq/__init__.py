"""NetworkHQ, simulated: REST style, JSON errors, opaque cursors that expire, sends that may be pending, scopes."""
