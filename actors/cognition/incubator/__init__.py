"""Hypotheses tried in the strictest sandbox: a claim with its criterion in, a verdict with its posterior out.

`trial.py` says which experiments a hypothesis needs and what their results mean; `monitors.py` ends what goes wrong;
`command.py` is `kurultai incubate`.
"""
