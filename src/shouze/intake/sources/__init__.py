"""Sources are opened by path or URL and read as rows, in bounded memory."""
