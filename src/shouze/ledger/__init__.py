"""The handling log's formats and proofs: pure, and shipped alone as shouze-verify."""
