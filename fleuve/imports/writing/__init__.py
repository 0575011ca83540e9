"""From facts to rows of the database: products, customers with their details, documents and lines, and what changed."""
