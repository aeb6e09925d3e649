"""What a snapshot loses between its captured and its published form, and what a preview warns of.

Pure and synchronous: strings and snapshots in, values out. `publish.publishable` is the only door
between the two forms; `findings.review` says beforehand what a person must decide.
"""
