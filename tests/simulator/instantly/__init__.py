"""The simulated Instantly."""
