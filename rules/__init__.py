"""What the guide demands: a module for each section of the guide, and the data of its editions."""
