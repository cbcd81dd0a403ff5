"""Programs: which programs read the registers or act in them, in whose name, how far, until when (Art. 13(3))."""
