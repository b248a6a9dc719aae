"""Plans: ordered statements that turn one state into another (DESIGN §4.3)."""
