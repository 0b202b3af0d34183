"""The figures of docs/benchmarks.md: `make bench` takes them, `make bench SMOKE=1` only shows that they can be taken.

Most are ratios to something measured in the same run, so that a busy machine moves both.
"""
