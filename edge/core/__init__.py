"""The values every other part speaks in. Imports nothing of ours, does nothing by itself."""
