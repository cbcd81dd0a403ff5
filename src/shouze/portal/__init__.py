"""The portal: users are told, see what is held and who used it, agree, correct, and leave, on pages for a phone."""
