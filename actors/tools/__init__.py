"""What the council can do: tools as they are described, learnt, judged, kept, called and trusted.

`spec` says what a tool is, `validation` judges one on its tests, `registry` keeps every version and has calls made,
`memory` remembers how each was learnt and fares, `trust` decides how far each is trusted. Orders and results of calls
flow in; registrations, refusals and levels flow out. Start at `registry/actor.py`.
"""
