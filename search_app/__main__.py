"""``python -m search_app``."""

from search_app.cli import main

if __name__ == "__main__":
    main()
