"""A real cluster of OpenSearch for the tests: a process per node, so that killing one is a machine's death."""
