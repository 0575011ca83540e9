"""What people have to do, by when, and for which customer."""
