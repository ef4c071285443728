"""Tests of an implementation: made from examples, run in the sandbox, judged as one share."""
