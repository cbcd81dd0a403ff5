"""GDPRbench (Shastri et al., PVLDB 13(7), 2020; doi 10.14778/3384345.3384354), written anew.

The public client does not compile, its inserts are stubs, and it checks nothing. Here the record layout, the query
classes, the distributions and the mixes are the published ones, every side really loads and changes what it is told
to, and after each run the whole state of each side is compared with a model in memory. docs/performance.md says how
each query class is told to the door, and where this departs from what was published.

``python -m benchmarks.gdprbench`` from the clone, or ``bench.py --only gdprbench``.
"""
