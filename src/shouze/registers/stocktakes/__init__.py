"""Stock-taking: what should be there and what is; each difference is somebody's to explain (Art. 13(4))."""
