"""HeyReach, simulated: RPC style, plain-text refusals, messages without ids, one bucket of requests for everything."""
