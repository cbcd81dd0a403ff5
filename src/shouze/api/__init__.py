"""The api is the door's face to programs: JSON over HTTP, under ``/v1``."""
