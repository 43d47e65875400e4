"""Estimates of thousands of trips at once, as columns: the arithmetic of the policy, laid over arrays.

Only workers come here, so that a web process never loads numpy.
"""
