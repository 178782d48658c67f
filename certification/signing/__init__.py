"""How is a credential built, signed, listed, checked and baked? Pure Python: no models, no settings, no network."""
