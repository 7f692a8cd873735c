"""Drawings of numbers as inline SVG."""
