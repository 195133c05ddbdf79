"""The compiled engine's Python side: it picks a build for this processor, and looks at what goes in.

The equations are the specification; what the engine computes agrees with them to rounding.
"""
