"""What `lh lint` takes in time and memory, beside other linters on the same files."""
