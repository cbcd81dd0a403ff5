"""The journal makes handling records durable before anything is opened."""
