"""Operators' logs as the authority witnesses them: the newest checkpoint of each cosigned, contradictions kept."""
