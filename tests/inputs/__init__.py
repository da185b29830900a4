"""What people really send: a corpus of awkward inputs, and what a real bridge answers to each."""
