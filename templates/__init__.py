"""What people read: the report's Jinja templates, its style sheet and the plain names of the fields."""
