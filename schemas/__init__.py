"""What people see: every shape and every word, as marshmallow schemas."""
