"""Reading for answers and lists: column selects into plain dicts, never ORM objects."""
