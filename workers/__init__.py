"""The queue's door into the services: work that fell due is claimed, done and recorded here."""
