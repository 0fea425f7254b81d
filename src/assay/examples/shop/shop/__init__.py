"""A small shop of microservices: small enough to read, real enough to break."""
