"""The bridge between ReturnGO and everything that can call HTTP."""
