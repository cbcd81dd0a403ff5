"""The worker: what runs beside the pages: registers' rounds, reminders, deliveries; it opens no values."""
