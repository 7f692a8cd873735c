"""How fast the product is, beside its peers, on a made-up archive of any size. Run: ``make bench``.

`generate` makes the archive, `queries` what is asked of it, `peers` are the other engines, `ours` is the product, `web`
puts the running site under load, `run` composes it all and writes ``results/<date>.md``. Peers are extra installs: the
optional dependency group ``bench``, and PostgreSQL of the system; whichever is missing is left out and named.
"""
