"""What happens when models fail."""
