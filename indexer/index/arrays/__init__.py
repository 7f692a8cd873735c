"""Whole arrays: steps that numpy has no name for, tables of sorted strings, splices."""
