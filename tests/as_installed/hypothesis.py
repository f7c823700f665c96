"""Stands before the real hypothesis on the path of the commands that tests start.

Who installs the command has no hypothesis. Where it is there, pandera imports it, with pytest and all that it brings:
a quarter of a second in every worker.
"""

raise ImportError("The command does without the tools of its tests.")
