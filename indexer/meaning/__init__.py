"""Directions of words in a space of meaning, so that «сотрудники разбегаются» meets «отток кадров».

Door: model.
"""
