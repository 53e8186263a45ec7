"""From plans to what reviewers read: Markdown for a comment, a page, JSON; and the way there."""
