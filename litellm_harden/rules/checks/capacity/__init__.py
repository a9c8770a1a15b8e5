"""What the machine, the workers and the database's connections have to carry."""
