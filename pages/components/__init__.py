"""Components used by several views: canvas, item view, votes, quiz, badges."""
