"""The inventory as tables and one page."""
