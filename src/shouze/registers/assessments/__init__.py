"""Impact assessments: before sensitive, automated, entrusted, provided, published or exported handling (PIPL 55-56)."""
