"""What is said of it: verdicts, mistakes by name and line, in the file's own words."""
