"""The providers, simulated over real HTTP with a delivery ledger: for the demo, the tests and the benchmarks."""
