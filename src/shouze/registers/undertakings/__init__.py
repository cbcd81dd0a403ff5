"""Undertakings of confidentiality: signed by everybody who works here, renewed, outliving their leaving (Art. 10)."""
