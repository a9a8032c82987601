"""The chain from a rupiah of training to a point of citizen satisfaction, one link per file.

This package knows numpy and `scipy.special` only: no file, no table, no language. The last axis of every
array is the draw of the assumptions, so one draw and ten thousand run through the same code.
"""
