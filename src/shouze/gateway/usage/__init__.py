"""Records of use of the service: appended in batches, read by time, dropped by their age."""
