"""The verifier checks a published log or a proof with nothing but a public key: shipped alone as shouze-verify."""
