"""The works: the API, the worker and the build line behind them."""
