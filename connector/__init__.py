"""The bridge between ReturnGO and everything that can call HTTP."""

VERSION = "0.1.0"
