"""Contests outside the web process: jobs, the scheduler, live sessions, history."""
