"""What is to be sent, claimed and settled in the database: its locks are taken here alone."""
