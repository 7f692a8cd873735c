"""Write side: reads reports, understands them and builds the search index."""

import os

__version__ = "0.1.0"

# Before numpy is loaded. Its products are small here, and both readers and writer use the cores by processes: threads
# of one product wait for each other, on a busy machine ten times as long as the product takes.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
