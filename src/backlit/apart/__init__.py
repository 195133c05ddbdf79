"""A stranger's file run apart, in a process of its own and under limits."""
