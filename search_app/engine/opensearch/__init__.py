"""The engine of an archive that lies in a cluster: words and texts there, short columns here."""
