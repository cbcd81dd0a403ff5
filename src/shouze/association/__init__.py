"""An industry association's pages: the desk's over its own registers, and what anybody reads of its codes."""
