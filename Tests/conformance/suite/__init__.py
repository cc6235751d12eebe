"""The conformance suite: real clients build under steve, and the suite counts their jobs from outside."""
