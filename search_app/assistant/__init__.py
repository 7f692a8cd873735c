"""The archive for programs that talk: tools by the Model Context Protocol. Calls no model, needs no network.

Door: command.
"""
