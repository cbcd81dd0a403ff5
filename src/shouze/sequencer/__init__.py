"""The sequencer gives records their place in the log and signs its checkpoints."""
