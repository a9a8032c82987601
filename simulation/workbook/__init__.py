"""What a reader touches: live charts and panels in a notebook, and the pages that serve them."""
