"""Answers as files to take along: CSV, XLSX, DOCX, JSON."""
