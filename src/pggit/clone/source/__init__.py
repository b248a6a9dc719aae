"""What templates are built from: files of SQL, a state, another database."""
