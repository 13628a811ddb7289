"""What the rooms are built with; each file is one tool."""
