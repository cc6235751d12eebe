"""The conformance suite: real clients under steve, their jobs counted from outside."""
