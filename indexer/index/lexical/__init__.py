"""The Whoosh index of a build."""
