"""What is said of one person and of many: words, lists, pages of HTML."""
